"""How pages are made: forms, words, and one module for each kind of page. Nothing here decides; services do."""
