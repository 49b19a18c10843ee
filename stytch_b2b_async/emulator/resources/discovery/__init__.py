"""Discovery: find, join and create organizations after authenticating an email address."""
