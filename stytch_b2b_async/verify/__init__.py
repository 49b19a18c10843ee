"""Tokens, roles and webhooks, checked on this machine."""
