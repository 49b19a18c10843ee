"""What a second run does with the journal of the first."""

import asyncio
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest
from support.http_servers import SECRET, failed, ok

from stytch_b2b_async import APIConnectionError, Client, JournalError
from stytch_b2b_async.batch import Journal
from stytch_b2b_async.batch.journal import Database, Record, State
from stytch_b2b_async.batch.running import Running

from .conftest import Ledger, creations, resets


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """The files of a folder, with their modes."""
    return {path.name: (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) for path in folder.iterdir() if path.is_file()}


async def test_a_second_run_goes_on_where_the_first_was(client: Client, ledger: Ledger, tmp_path: Path) -> None:
    """What can be repeated may be sent twice if its response was not seen; everything is sent."""
    batch = client.batch(resets(100), journal=tmp_path / "journal", concurrency=4)
    first = [await anext(batch) for _ in range(50)]
    await batch.aclose()
    second = [outcome.position async for outcome in client.batch(resets(100), journal=tmp_path / "journal")]
    assert not {outcome.position for outcome in first} & set(second)
    assert 100 == len(ledger.seen)


async def test_what_acts_once_is_never_sent_twice(client: Client, ledger: Ledger, tmp_path: Path) -> None:
    """What was in flight when the first run was cancelled is in doubt: reported by each run, until it is to be sent again."""
    journal = tmp_path / "journal"
    batch = client.batch(creations(100), journal=journal, concurrency=8)
    first = {(await anext(batch)).position for _ in range(50)}
    await batch.aclose()
    second = [outcome async for outcome in client.batch(creations(100), journal=journal)]
    in_doubt = {outcome.position for outcome in second if outcome.error}
    assert all(isinstance(outcome.error, APIConnectionError) and outcome.error.maybe_applied for outcome in second if outcome.error)
    assert 100 >= len(ledger.seen) >= 100 - len(in_doubt)
    assert not first & {outcome.position for outcome in second}
    assert {1} == set(ledger.seen.values())
    third = [outcome async for outcome in client.batch(creations(100), journal=journal)]
    assert in_doubt == {outcome.position for outcome in third}
    again = [outcome async for outcome in client.batch(creations(100), journal=Journal(journal, resend_unknown=True))]
    assert in_doubt == {outcome.position for outcome in again if outcome.ok}
    assert [] == [outcome async for outcome in client.batch(creations(100), journal=journal)]


async def test_what_failed_is_sent_again_on_demand(client: Client, ledger: Ledger, tmp_path: Path) -> None:
    ledger.respond = lambda name: failed(404) if name == "2@example.com" else ok(member=None)
    journal = tmp_path / "journal"
    assert 5 == len([outcome async for outcome in client.batch(resets(5), journal=journal)])
    assert [] == [outcome async for outcome in client.batch(resets(5), journal=journal)]
    again = [outcome.position async for outcome in client.batch(resets(5), journal=Journal(journal, retry_failed=True))]
    assert [2] == again


@pytest.mark.parametrize("count", [9, 11])
async def test_other_requests_are_refused(client: Client, ledger: Ledger, tmp_path: Path, count: int) -> None:
    """Also if only their number differs."""
    [outcome async for outcome in client.batch(resets(10), journal=tmp_path / "journal")]
    for other in (resets(count), [*resets(9), *creations(1)], resets(20)[10:]):
        with pytest.raises(JournalError, match="other requests"):
            [outcome async for outcome in client.batch(other, journal=tmp_path / "journal")]
    assert 10 == sum(ledger.seen.values())


async def test_another_project_is_refused(client: Client, ledger: Ledger, tmp_path: Path) -> None:
    [outcome async for outcome in client.batch(resets(1), journal=tmp_path / "journal")]
    async with Client("project-test-2", SECRET, base_url=ledger.url) as other:
        with pytest.raises(JournalError, match="another project"):
            [outcome async for outcome in other.batch(resets(1), journal=tmp_path / "journal")]
    async with Client(client._sender.config.project_id, "secret-test-rotated", base_url=ledger.url) as rotated:
        assert [] == [outcome async for outcome in rotated.batch(resets(1), journal=tmp_path / "journal")]


async def test_a_live_journal_is_refused(client: Client, tmp_path: Path) -> None:
    batch = client.batch(resets(100), journal=tmp_path / "journal")
    await anext(batch)
    with pytest.raises(JournalError, match="in use"):
        [outcome async for outcome in client.batch(resets(100), journal=tmp_path / "journal")]
    await batch.aclose()


async def test_a_live_journal_object_is_refused(client: Client, tmp_path: Path) -> None:
    """Two batches of one Journal would mix their rows."""
    journal = Journal(tmp_path / "journal")
    batch = client.batch(creations(100), journal=journal)
    await anext(batch)
    with pytest.raises(JournalError, match="in use"):
        [outcome async for outcome in client.batch(creations(7), journal=journal)]
    await batch.aclose()
    assert {outcome.position async for outcome in client.batch(creations(100), journal=journal) if outcome.ok}


OPENING = """
import sys
from pathlib import Path
from stytch_b2b_async.batch.journal import Database
from stytch_b2b_async.errors import StytchError

for _ in range(40):
    try:
        Database.open(Path(sys.argv[1]), {}, {}).close()
    except StytchError as error:
        assert "in use by another run" in str(error), error
"""


async def test_runs_that_begin_at_once(tmp_path: Path) -> None:
    """One creates the journal, while others look for it; as one ends, its log goes."""
    command = (sys.executable, "-W", "error", "-c", OPENING, tmp_path / "journal")
    runs = [await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE) for _ in range(3)]
    assert [b"", b"", b""] == [(await run.communicate())[1] for run in runs]
    assert {"journal"} == contents(tmp_path).keys()


def test_a_crash_in_a_checkpoint(tmp_path: Path) -> None:
    """It may leave a file that says it has more pages than it has; the others are in the log."""
    live, left = tmp_path / "live", tmp_path / "left"
    with closing(Database.open(live, {"project": "p"}, {})) as database:
        database.write([Record(position, State.DONE) for position in range(5000)], {}, durable=False)
        content = bytearray(live.read_bytes())
        content[28:32] = (1000).to_bytes(4, "big")
        left.write_bytes(content)
        left.with_name("left-wal").write_bytes(live.with_name("live-wal").read_bytes())
    with closing(Database.open(left, {"project": "p"}, {})) as database:
        assert {State.DONE: 5000} == database.counts()


async def test_a_refusal_leaves_the_lock(client: Client, tmp_path: Path) -> None:
    """Looking at a file must not free it for other processes, as closing it does with the locks of POSIX."""
    path = tmp_path / "journal"
    batch = client.batch(resets(100), journal=path)
    await anext(batch)
    with pytest.raises(JournalError, match="in use"):
        [outcome async for outcome in client.batch(resets(100), journal=path)]
    opening = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM facts')"
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", opening, path, stderr=asyncio.subprocess.PIPE)
    _, printed = await other.communicate()
    assert b"database is locked" in printed
    await batch.aclose()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")
async def test_a_readable_journal_is_made_private(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    [outcome async for outcome in client.batch(resets(1), journal=path)]
    path.chmod(0o644)
    [outcome async for outcome in client.batch(resets(1), journal=path)]
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


async def test_foreign_files_are_refused_untouched(client: Client, tmp_path: Path) -> None:
    text, folder, database = tmp_path / "text", tmp_path / "folder", tmp_path / "database"
    text.write_text("my notes")
    folder.mkdir()
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE theirs (value)")
    connection.close()
    before = contents(tmp_path)
    for path in (text, folder, database, tmp_path / "missing" / "journal"):
        with pytest.raises(JournalError):
            [outcome async for outcome in client.batch(resets(1), journal=path)]
    assert before == contents(tmp_path)


async def test_journal_mode_and_contents(client: Client, ledger: Ledger, tmp_path: Path) -> None:
    """Nobody else reads a journal and it holds no values."""
    ledger.respond = lambda name: failed(404) if name == "2@example.com" else ok(member=None)
    batch = client.batch([*resets(10), *creations(10)], journal=tmp_path / "journal")
    async for _ in batch:
        for mode, content in contents(tmp_path).values():
            assert 0o600 == mode
            assert not [value for value in (b"example.com", b"Department", SECRET.encode()) if value in content]


async def test_what_was_refused_is_not_in_doubt(client: Client, ledger: Ledger, tmp_path: Path) -> None:
    """A 429 says that the API did not act: when the run is cancelled while it waits, the next run sends it."""
    ledger.respond = lambda _: failed(429, "too_many_requests", Retry_After="60")
    batch = client.batch(creations(1), journal=tmp_path / "journal")
    outcome = asyncio.ensure_future(anext(batch))
    while not ledger.seen:  # noqa: ASYNC110  # what is waited for is at the server
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    outcome.cancel()
    await asyncio.gather(outcome, return_exceptions=True)
    ledger.respond = lambda _: ok(organization=None)
    assert [True] == [outcome.ok async for outcome in client.batch(creations(1), journal=tmp_path / "journal")]


async def test_two_batches_of_a_client_share_its_pace(client: Client) -> None:
    """With the larger concurrency of both."""
    running = client._sender.shared.companion(Running)
    paces = [await running.pace("60/s", None, concurrency, "") for concurrency in (4, 8)]
    assert paces[0] is paces[1]
    assert 8 == paces[0].concurrency
