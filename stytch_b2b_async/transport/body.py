"""Read response bodies within limits."""

from io import BytesIO

import aiohttp

MAX_BODY = 64 * 2**20
"""Bytes, after decompression."""
MAX_RATIO = 100
"""Largest decompression ratio: JSON reaches about 30, a bomb about 1000."""
RATIO_MATTERS = 2**20
"""Bytes; smaller bodies may exceed the ratio."""
_FIRST_ERROR = 400
_EXCERPT = 2**12
"""Bytes of a body that is too large, for the error's excerpt."""


async def read(content: aiohttp.StreamReader, status: int) -> tuple[bytes, bool]:
    """Read a body to its end; return it and whether it is complete.

    A body that is too large is cut to its first bytes. An error's body may be truncated: its status is enough.
    """
    held = BytesIO()  # whose repr shows nothing, should this frame be looked at
    try:
        first = await content.readany()
        if len(first) <= min(RATIO_MATTERS, MAX_BODY) and content.at_eof():
            return first, True
        held.write(first)
        del first
        while not content.at_eof():
            if _is_too_large(held.tell(), content):
                return held.getvalue()[:_EXCERPT], False
            held.write(await content.readany())
    except aiohttp.ClientError:
        if status < _FIRST_ERROR:
            raise
        return held.getvalue(), False
    if _is_too_large(held.tell(), content):
        return held.getvalue()[:_EXCERPT], False
    return held.getvalue(), True


def _is_too_large(size: int, content: aiohttp.StreamReader) -> bool:
    if size > MAX_BODY:
        return True
    compressed: int | None = getattr(content, "total_compressed_bytes", None)  # of bodies that are compressed
    return compressed is not None and size > RATIO_MATTERS and size > MAX_RATIO * compressed
