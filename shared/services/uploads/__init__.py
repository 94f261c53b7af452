"""Uploaded files: taken in, read, and put in force by one conditional write of their offer."""
