"""Notices: telling people and programs what happened, each once (DESIGN section 3, "The outbox")."""
