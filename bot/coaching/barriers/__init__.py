"""Raise: barriers from the first form to the last notice, and what may help against them."""
