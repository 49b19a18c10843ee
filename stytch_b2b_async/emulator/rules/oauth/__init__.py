"""OAuth clients: their secrets, credentials and tokens."""
