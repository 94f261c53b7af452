"""How leads come in, and how customers confirm that they are who they say."""
