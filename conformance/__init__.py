"""Drive the emulator with the vendor's SDK: the flows must work, and every response must have the declared fields."""
