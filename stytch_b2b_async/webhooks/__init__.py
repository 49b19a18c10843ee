"""Webhooks: verify that an event came from Stytch, and read it."""
