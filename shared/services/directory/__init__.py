"""Business profiles and the public directory."""
