"""Calls every endpoint with the vendor's SDK and this one, with the same arguments, and lists differences: `python -m parity`."""
