"""Everything with a clock: what runs out when, in which order it deserves a look, and who is reminded."""
