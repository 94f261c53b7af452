"""Deals and leads: what people do with them, their lists, and the timers that move them."""
