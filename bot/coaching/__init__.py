"""The use-cases: what a partner can ask of the coach."""
