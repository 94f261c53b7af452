"""Offers, their contacts and the files they are made ready with."""
