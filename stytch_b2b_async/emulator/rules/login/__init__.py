"""From a proven factor to a session: requirements, lockout, discovery, links and PKCE."""
