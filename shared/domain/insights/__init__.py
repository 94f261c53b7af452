"""What an organization's answers say: figures, its place in the directory, what fits it, what is alike."""
