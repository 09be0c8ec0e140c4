"""The library: documents in, cited answers out. Knows no chat platform and no person."""
