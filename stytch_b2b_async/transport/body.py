"""Reading the body of an answer, in bounds."""

import aiohttp

LARGEST_BODY = 64 * 2**20  # bytes, after decompression
_FIRST_ERROR = 400


async def read(content: aiohttp.StreamReader, status: int) -> tuple[bytes, bool]:
    """Read a body to its end; tells whether it is whole.

    One that is too large is left after its first bytes. That of an error may break off: the status says enough.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := await content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_BODY:
                return chunks[0], False
            if content.at_eof():
                break
    except aiohttp.ClientError:
        if status < _FIRST_ERROR:
            raise
        return b"".join(chunks), False
    return b"".join(chunks), True
