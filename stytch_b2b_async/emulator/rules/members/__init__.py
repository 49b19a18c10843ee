"""Members: who may be added, and how."""
