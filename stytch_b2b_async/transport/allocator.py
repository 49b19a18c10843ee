"""A setting of the memory allocator for asyncio's read buffers."""

_ABOVE_ASYNCIOS = 2**19  # bytes; its own buffers have 2**18


def raise_mmap_threshold() -> None:
    """Raise glibc's M_MMAP_THRESHOLD above the size of asyncio's read buffers, for the whole process.

    asyncio reads into a new buffer of 256 KiB, and truncates it. glibc maps and unmaps memory for each block of that size, which
    takes a fifth of the time of a call, until a larger block has been freed, as happens in large programs anyway.
    """
    bytes(_ABOVE_ASYNCIOS)
