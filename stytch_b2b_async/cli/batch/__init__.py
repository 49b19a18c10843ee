"""`stytch-b2b batch`: call an endpoint for each row of a file."""
