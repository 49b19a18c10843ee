"""What reading from sockets asks of the memory allocator."""

_ABOVE_ASYNCIOS = 2**19  # bytes; its own buffers have 2**18


def take_buffers_from_the_heap() -> None:
    """Have glibc's malloc keep at hand what asyncio reads into.

    asyncio reads into a buffer of 256 KiB, which is then cut down to what has come. glibc maps each block of that size afresh and
    unmaps it again, a fifth of the time of a call, until it has seen a larger one freed; in large programs that happens by itself.
    """
    bytes(_ABOVE_ASYNCIOS)
