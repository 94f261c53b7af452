"""Offers: their draft, their publication, the vendor's decision, and who may see which of them."""
