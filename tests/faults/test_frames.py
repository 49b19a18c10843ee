"""An error of the transport shows nothing of the request, nor of the answer, to whoever looks at its frames."""

import asyncio
import traceback

import pytest
from support.http_servers import talking

from stytch_b2b_async import APIConnectionError, Call, SessionPool

SECRET = "planted-secret"

BROKEN_OFF = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX-Token: planted-secret\r\n\r\nplanted-secret"


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("said", [b"", b"SSH-2.0\r\n\r\n", BROKEN_OFF])
async def test_frames_hold_no_message(said: bytes, *, fast: bool) -> None:
    """No frame of ours holds what was sent or said."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    pool = SessionPool(fast_path=fast)
    async with talking(hang_up) as url:
        with pytest.raises(APIConnectionError) as caught:
            await pool.send(Call("POST", url + "/", {"Authorization": SECRET}, SECRET.encode()), connect_timeout=5)
    await pool.close()
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [f for f in told.stack if "stytch_b2b_async" in f.filename]
    assert ours
    assert not [f for f in ours if SECRET in str(f.locals)], [(f.name, f.locals) for f in ours]
