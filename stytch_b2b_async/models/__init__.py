"""Objects that several resources share."""
