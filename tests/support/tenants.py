"""An organization with a member on an emulator, and what tests do with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest

from stytch_b2b_async import APIStatusError, Client
from stytch_b2b_async.api.passwords import PasswordLoginResponse
from stytch_b2b_async.api.passwords.email import ResetResponse
from stytch_b2b_async.emulator import Emulator

ADA = "ada@example.com"
PASSWORD = "wobbly-teapot-orbits-47"
OTHER_PASSWORD = "sleepy-walrus-juggles-93"


@attrs.frozen
class Tenant:
    """An organization with one member."""

    stytch: Emulator
    client: Client
    organization_id: str
    member_id: str

    @classmethod
    async def make(cls, stytch: Emulator, client: Client, email: str = ADA, **settings: Any) -> "Tenant":
        """Make an organization and its member."""
        made = await client.organizations.create(organization_name="Acme", **settings)
        organization_id = made.organization.organization_id
        member = await client.organizations.members.create(organization_id=organization_id, email_address=email)
        return cls(stytch, client, organization_id, member.member_id)

    async def mailed_token(self, **options: Any) -> str:
        """Have a reset mailed, and take the token out of the mail."""
        await self.client.passwords.email.reset_start(organization_id=self.organization_id, email_address=ADA, **options)
        return self.stytch.outbox.last(to=ADA, kind="password_reset").token

    async def reset(self, password: str = PASSWORD, **options: Any) -> ResetResponse:
        """Set the member's password by mail."""
        return await self.client.passwords.email.reset(password_reset_token=await self.mailed_token(), password=password, **options)

    async def log_in(self, password: str = PASSWORD, **options: Any) -> PasswordLoginResponse:
        """Log the member in."""
        return await self.client.passwords.authenticate(
            organization_id=self.organization_id, email_address=ADA, password=password, **options
        )

    async def fail(self, times: int) -> None:
        """Try a wrong password."""
        for _ in range(times):
            with refused("unauthorized_credentials", 401):
                await self.log_in("not the password")

    async def sessions(self) -> set[str]:
        """List the member's live sessions."""
        found = await self.client.sessions.get(organization_id=self.organization_id, member_id=self.member_id)
        return {session.member_session_id for session in found.member_sessions}


@contextmanager
def refused(error_type: str, status: int = 400) -> Iterator[None]:
    """Expect an error of the API."""
    with pytest.raises(APIStatusError) as caught:
        yield
    assert (status, error_type) == (caught.value.status_code, caught.value.error_type), caught.value
