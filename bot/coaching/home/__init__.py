"""Home: the first contact, the way through setting up, and what somebody can do here."""
