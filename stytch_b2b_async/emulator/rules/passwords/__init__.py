"""Passwords: hashing, checking, strength, and hashes brought from other systems."""
