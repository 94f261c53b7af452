"""Who takes part, the people who act for them, and the companies they know."""
