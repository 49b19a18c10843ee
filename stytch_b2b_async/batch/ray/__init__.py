"""Batches over many machines, with Ray Data: `dataset.map_batches(CallEndpoint, …)`. It needs the extra `ray`."""

from .call_endpoint import CallEndpoint

__all__ = ["CallEndpoint"]
