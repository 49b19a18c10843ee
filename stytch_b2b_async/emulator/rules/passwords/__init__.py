"""Passwords: hashing, checking, strength and migration."""
