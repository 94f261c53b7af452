"""What the texts of co-sell documents are looked up in, and how those of published ones get there."""
