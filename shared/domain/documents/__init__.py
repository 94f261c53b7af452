"""The texts of co-sell documents: what a part of one is found by, and how what is found is ranked and shown."""
