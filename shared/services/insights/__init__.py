"""The response record, kept in step with every change, and what is read from it."""
