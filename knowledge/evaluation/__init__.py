"""Evaluation: how well questions with known evidence are answered, and how well by simpler means."""
