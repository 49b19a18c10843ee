"""Notes of two organizations: logins and roles, with Django."""
