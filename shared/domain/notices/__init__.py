"""Notices: what is said to whom, in which words, by which way (DOMAIN: effects; issue 5)."""
