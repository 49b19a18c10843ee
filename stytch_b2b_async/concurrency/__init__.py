"""Concurrency primitives that do not depend on the API: deadlines, a loop thread, fork safety, single flight."""
