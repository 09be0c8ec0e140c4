"""Chat platforms: receive (verify, translate in), render (translate out), send."""
