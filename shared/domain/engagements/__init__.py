"""What goes on between the copies of one piece of business: who is asked, what travels, what follows."""
