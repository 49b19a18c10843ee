"""`stytch-b2b call`: a command for each endpoint, made from the catalogue."""
