import sqlite3
from pathlib import Path

import pytest
from support.tenants import ADA, PASSWORD, Tenant, refused

from stytch_b2b_async.emulator import Emulator, ProjectSettings


async def test_a_file_keeps_everything(tmp_path: Path) -> None:
    """Credentials, people, passwords, sessions, keys and mail."""
    db = str(tmp_path / "stytch.db")
    async with Emulator(db=db) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        login = await acme.reset()
        keys = (await client.sessions.get_jwks(project_id=stytch.project_id)).keys
        before = (stytch.project_id, stytch.secret)
    assert ADA == stytch.outbox[-1].to
    async with Emulator(db=db) as again, again.client() as client:
        acme = Tenant(again, client, acme.organization_id, acme.member_id)
        assert before == (again.project_id, again.secret)
        assert keys == (await client.sessions.get_jwks(project_id=again.project_id)).keys
        assert (await client.sessions.authenticate(session_jwt=login.session_jwt)).member == login.member
        assert (await acme.log_in()).member_authenticated
        assert list(stytch.outbox) == list(again.outbox)


async def test_memory_keeps_nothing() -> None:
    """Each start is a new project."""
    emulator = Emulator()
    async with emulator:
        first = emulator.project_id
    async with emulator:
        assert first != emulator.project_id


async def test_the_file_holds_no_token_and_no_password(tmp_path: Path) -> None:
    """But for the mail, which is there to be read. Nobody else on the machine may read the file."""
    db = tmp_path / "stytch.db"
    async with Emulator(db=str(db)) as stytch, stytch.client() as client:
        login = await (await Tenant.make(stytch, client)).reset()
    content = db.read_bytes()
    assert PASSWORD.encode() not in content
    assert login.session_token.encode() not in content
    assert b"$argon2id$" in content
    assert 0o600 == db.stat().st_mode & 0o777


async def test_a_file_is_for_one_emulator_at_a_time(tmp_path: Path) -> None:
    """The second one says so."""
    db = str(tmp_path / "stytch.db")
    async with Emulator(db=db):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await Emulator(db=db).start()


async def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    """And left as it is."""
    db = str(tmp_path / "stytch.db")
    async with Emulator(db=db):
        pass
    connection = sqlite3.connect(db)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="another version"):
        await Emulator(db=db).start()


async def test_password_mode_is_stored(tmp_path: Path) -> None:
    """Whether passwords are shared is settled by the first. As the vendor's switch is frozen while there are passwords."""
    db = str(tmp_path / "stytch.db")
    scoped = ProjectSettings(cross_organization_passwords=False)
    async with Emulator(db=db, settings=scoped) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
    async with Emulator(db=db) as stytch, stytch.client() as client:
        await Tenant(stytch, client, acme.organization_id, acme.member_id).reset()
    with pytest.raises(ValueError, match="cannot be changed"):
        await Emulator(db=db, settings=scoped).start()


async def test_given_credentials_win_over_kept_ones(tmp_path: Path) -> None:
    """And are kept from then on."""
    db = str(tmp_path / "stytch.db")
    async with Emulator(db=db):
        pass
    async with Emulator("project-test-1", "secret-test-1", db=db):
        pass
    async with Emulator(db=db) as stytch:
        assert ("project-test-1", "secret-test-1") == (stytch.project_id, stytch.secret)


async def test_refused_call(acme: Tenant) -> None:
    """A refused call changes nothing but counts failures. A reset that is refused leaves the old password."""
    await acme.reset()
    token = await acme.mailed_token()
    with refused("weak_password"):
        await acme.client.passwords.email.reset(password_reset_token=token, password="hunter2")
    assert (await acme.log_in()).member_authenticated
