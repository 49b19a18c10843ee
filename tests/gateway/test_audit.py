"""The audit log."""

import asyncio
import json
import os
import time
from pathlib import Path

import pytest
from support.raw_http import exchange, raw_server, request

from stytch_b2b_async.gateway.audit import AuditLog, IdHashes, peer_name

from .conftest import TOKEN, OpenGateway


async def written(log: AuditLog, *lines: bytes) -> None:
    """Write lines, each for itself, and close the log."""
    for line in lines:
        log.write(line)
        await asyncio.sleep(0.02)
    await asyncio.to_thread(log.close)


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_rotation(tmp_path: Path) -> None:
    """Older files are numbered, the oldest are gone, and none can be read by others."""
    path = tmp_path / "audit.jsonl"
    log = await asyncio.to_thread(AuditLog, path, max_bytes=10, keep=2)
    await written(log, *(b"line %d\n" % number for number in range(5)))
    found = files_in(tmp_path)
    assert ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"] == [each.name for each in found]
    assert ["line 4\n", "line 3\n", "line 2\n"] == [each.read_text() for each in found]
    assert {0o600} == {each.stat().st_mode & 0o777 for each in found}


async def test_a_file_that_was_there(tmp_path: Path) -> None:
    """It is continued, and others can no longer read it."""
    path = tmp_path / "audit.jsonl"
    path.write_text("before\n")
    path.chmod(0o644)
    await written(await asyncio.to_thread(AuditLog, path), b"after\n")
    assert ("before\nafter\n", 0o600) == (path.read_text(), path.stat().st_mode & 0o777)


async def test_a_file_that_was_moved_away(tmp_path: Path) -> None:
    """Somebody else rotates it: the next line goes to a new file of that name."""
    path = tmp_path / "audit.jsonl"
    log = await asyncio.to_thread(AuditLog, path)
    log.write(b"first\n")
    await asyncio.sleep(0.05)
    path.rename(tmp_path / "moved")
    await written(log, b"second\n")
    assert ("first\n", "second\n") == ((tmp_path / "moved").read_text(), path.read_text())


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "missing folder"])
def test_what_is_no_file(tmp_path: Path, kind: str) -> None:
    """It is not followed, waited for, or made up."""
    path = tmp_path / ("missing/audit.jsonl" if kind == "missing folder" else "audit.jsonl")
    if kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(OSError, match=r".") as refused:
        AuditLog(path)
    assert not isinstance(refused.value, TimeoutError)


def test_a_log_that_cannot_be_written(open_gateway: OpenGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent on until it can be written again."""
    read = request("GET", "/v1/b2b/organizations/x", token=TOKEN)
    log = tmp_path / "audit.jsonl"
    with raw_server() as upstream, open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", audit=log) as gateway:
        port = int(gateway.url.rpartition(":")[2])
        with monkeypatch.context() as broken:
            broken.setattr(AuditLog, "_write", full)
            until_status(port, read, 503)
            refused = exchange(port, read)
            assert (503, "gateway_audit_unavailable") == (refused.status, refused.json["error_type"])
            sent = len(upstream.requests)
            exchange(port, read)
            assert sent == len(upstream.requests)
        until_status(port, read, 200)
    assert 200 == json.loads(log.read_text().splitlines()[-1])["status"]


def until_status(port: int, sent: bytes, status: int) -> None:
    """Ask until the status is that one."""
    deadline = time.monotonic() + 10
    while exchange(port, sent).status != status:
        assert time.monotonic() < deadline


def full(_: AuditLog, __: bytes) -> None:
    raise OSError(28, "No space left on device")


def test_hashes_of_ids() -> None:
    """Equal under one key, and not the hash that anybody could compute."""
    ids = {"organization_id": "acme", "member_id": None, "name": "Ada"}
    hashed = IdHashes("secret").of(ids)
    assert {"organization_id"} == set(hashed)
    assert hashed == IdHashes("secret").of(ids)
    assert hashed != IdHashes("other").of(ids)
    assert IdHashes(None).of(ids) != IdHashes(None).of(ids)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (("10.0.0.1", 80), "10.0.0.1"),
        (("::1", 80, 0, 0), "::1"),
        (("2001:db8:1:2:3:4:5:6", 80, 0, 0), "2001:db8:1:2::/64"),
        (("", 0), "local"),
        ("", "local"),
        (None, "local"),
    ],
)
def test_peers(address: object, name: str) -> None:
    """Of IPv6 the network counts: its owner has all addresses in it."""
    assert name == peer_name(address)
