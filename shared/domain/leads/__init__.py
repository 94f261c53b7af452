"""Leads: a customer's inquiry, a marketer's or a seller's recommendation, and what the customer is told of them."""
