"""Values and rules of the partnership; imports the standard library only."""
