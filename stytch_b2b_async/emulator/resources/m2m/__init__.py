"""Machine-to-machine clients and their tokens."""
