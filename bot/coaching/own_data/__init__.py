"""What is kept of somebody: told, taken out, erased."""
