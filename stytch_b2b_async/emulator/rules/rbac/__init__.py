"""Roles, resources and scopes of the project, and roles that organizations add."""
