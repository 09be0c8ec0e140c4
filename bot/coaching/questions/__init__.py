"""The bank of questions for reflection, and what makes a good one."""
