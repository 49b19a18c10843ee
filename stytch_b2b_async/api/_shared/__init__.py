"""What several resources share: groups of parameters, and responses."""
