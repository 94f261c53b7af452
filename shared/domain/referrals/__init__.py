"""One organization's copy of a deal or a lead: what it is, what may be done to it, how it is seen."""
