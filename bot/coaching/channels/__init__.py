"""Channels: what the coach hears of what is said in front of it."""
