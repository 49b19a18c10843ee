"""What the emulator remembers: SQLite, in memory or in a file."""
