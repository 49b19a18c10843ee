"""Shared by the benchmarks: contenders in their own processes, and the servers that they call."""
