"""What came in and is not yet done, and what must go out and is not yet sent."""
