"""The coach, free of any chat platform."""
