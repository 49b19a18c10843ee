"""Primitives that know nothing of the API: deadlines, a thread with a loop, fork safety, one fetch for all who wait."""
