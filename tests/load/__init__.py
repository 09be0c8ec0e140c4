"""Load as chat platforms make it, for the benchmark of acknowledgements and for the crash tests."""
