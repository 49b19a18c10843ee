"""Organizations: what their settings may hold."""
