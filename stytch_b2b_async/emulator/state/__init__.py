"""The emulator's state: SQLite, in memory or in a file."""
