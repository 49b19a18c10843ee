"""Calls everything in the vendor's SDK and here with the same arguments, and tells what differs: `python -m parity`."""
