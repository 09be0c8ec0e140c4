"""The desks: each puts the parts of one thing that the coach does together."""
