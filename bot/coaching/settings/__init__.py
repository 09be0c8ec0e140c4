"""Settings: one's own, and the rhythm and agreements of a partnership."""
