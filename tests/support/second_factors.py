"""A member with a password and a second factor, and logins that stop at it."""

from typing import Any

from stytch_b2b_async.api._shared.responses import MFAResponse
from stytch_b2b_async.api.totps import CreateResponse

from .tenants import Tenant

PHONE = "+12025550162"
OTHER_PHONE = "+12025550163"
SMS = "sms_otp"


def who(acme: Tenant) -> dict[str, Any]:
    """Name the member."""
    return {"organization_id": acme.organization_id, "member_id": acme.member_id}


def texted_code(acme: Tenant) -> str:
    """Take the code out of the newest text message."""
    return acme.stytch.outbox.last(to=PHONE, kind=SMS).code


async def update(acme: Tenant, **changes: Any) -> None:
    """Update the member."""
    await acme.client.organizations.members.update(**who(acme), **changes)


async def require_second_factor(acme: Tenant) -> None:
    """Set a password, and have later logins stop at a second factor."""
    await acme.reset()
    await update(acme, mfa_enrolled=True)


async def stopped(acme: Tenant) -> str:
    """Log in with the password up to the second factor; return the intermediate session token."""
    login: MFAResponse = await acme.log_in()
    assert not login.member_authenticated
    assert login.intermediate_session_token
    return login.intermediate_session_token


async def confirmed_app(acme: Tenant) -> CreateResponse:
    """Register an authenticator app, and confirm it in a new session; the next code is another one."""
    created = await acme.client.totps.create(**who(acme))
    session = (await acme.reset()).session_token
    token: dict[str, Any] = {"session_token": session} if session else {"intermediate_session_token": await stopped(acme)}
    await acme.client.totps.authenticate(**who(acme), **token, code=acme.stytch.totp_code(created.secret))
    acme.stytch.advance(seconds=60)
    return created
