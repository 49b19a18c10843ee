"""The SDK's main job against a Stytch that runs on this machine: four password calls and a login, awaited and then blocking.

Run it with `nox -s quickstart`, or with `python examples/quickstart.py` where `stytch-b2b-async[emulator]` is installed. Each line
shows a call and its answer, and below it what changed; the program fails when anything is not as it should be.
"""

import asyncio

from stytch_b2b_async import BlockingClient, CallEnd, Client, Hooks, MemberPasswordNotFoundError, SessionNotFoundError
from stytch_b2b_async.emulator import Emulator

EMAIL = "ada@example.com"
FIRST = "weaving algebra as looms weave leaves"
SECOND = "seven silver spoons on a sloop"
THIRD = "a quiet orchard behind the mill"


def show(call: CallEnd) -> None:
    """Print a call and its answer."""
    answer = f"{call.status_code} {call.error_type or ''}".strip()
    print(f"{call.method:<5}{call.route:<49}{answer}  {call.request_id}")


def expect(what: str, *, holds: object) -> None:
    """Print what changed, or end the program when it did not."""
    if not holds:
        raise SystemExit(f"not as it should be: {what}")
    print(f"     → {what}")


async def awaited(stytch: Emulator, client: Client) -> None:
    """Make a member, log in, and go through the four calls."""
    organization = (await client.organizations.create(organization_name="Analytical Engines")).organization
    expect(f"organization {organization.organization_slug!r} is there", holds=organization.organization_id)
    tenant = organization.organization_id
    member = (await client.organizations.members.create(organization_id=tenant, email_address=EMAIL)).member
    expect(f"member {member.email_address} is {member.status}, without a password", holds=not member.member_password_id)

    await client.passwords.email.reset_start(organization_id=tenant, email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    expect(f"in the outbox: {mail.kind}, for {mail.to}", holds=mail.token)
    first = await client.passwords.email.reset(password_reset_token=mail.token or "", password=FIRST)
    expect("the first password is set, a session has started", holds=first.member_authenticated)
    login = await client.passwords.authenticate(organization_id=tenant, email_address=EMAIL, password=FIRST)
    expect("logged in with it: a second session", holds=login.session_token != first.session_token)

    await client.passwords.sessions.reset(organization_id=tenant, session_token=login.session_token, password=SECOND)
    try:
        await client.sessions.authenticate(session_token=first.session_token)
    except SessionNotFoundError:
        expect("the second password is set; the other session is revoked", holds=True)
    else:
        expect("the other session is revoked", holds=False)

    await client.passwords.email.require_reset(email_address=EMAIL)
    try:
        await client.passwords.authenticate(organization_id=tenant, email_address=EMAIL, password=SECOND)
    except MemberPasswordNotFoundError:
        expect("the password is gone: the member must choose a new one", holds=True)
    else:
        expect("the password is gone", holds=False)

    await client.passwords.discovery.email.reset_start(email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    expect(f"in the outbox: {mail.kind}, for {mail.to}", holds=mail.token)
    found = await client.passwords.discovery.email.reset(password_reset_token=mail.token or "", password=THIRD)
    names = [each.organization.organization_name for each in found.discovered_organizations if each.organization]
    expect(f"the third password is set; it opens {', '.join(names)}", holds=names == ["Analytical Engines"])


def blocking(stytch: Emulator, client: BlockingClient) -> None:
    """Go through the same four calls from ordinary code."""
    tenant = client.organizations.create(organization_name="Difference Engines").organization.organization_id
    client.organizations.members.create(organization_id=tenant, email_address=EMAIL)

    client.passwords.email.reset_start(organization_id=tenant, email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    expect(f"in the outbox: {mail.kind}, for {mail.to}", holds=mail.token)
    first = client.passwords.email.reset(password_reset_token=mail.token or "", password=FIRST)

    reset = client.passwords.sessions.reset(organization_id=tenant, session_token=first.session_token, password=SECOND)
    expect("the second password is set", holds=reset.member_authenticated)

    required = client.passwords.email.require_reset(email_address=EMAIL)
    expect("the member must choose a new password", holds=required.request_id)

    client.passwords.discovery.email.reset_start(email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    found = client.passwords.discovery.email.reset(password_reset_token=mail.token or "", password=THIRD)
    expect(f"the third password opens {len(found.discovered_organizations)} organization", holds=found.discovered_organizations)


async def main() -> None:
    """Run the awaited half in this event loop."""
    async with Emulator() as stytch:
        print(f"Stytch runs at {stytch.url}\n\nawaited")
        async with Client(stytch.project_id, stytch.secret, base_url=stytch.url, hooks=Hooks(on_call=show)) as client:
            await awaited(stytch, client)


if __name__ == "__main__":
    asyncio.run(main())
    with Emulator() as emulator:
        print(f"\nStytch runs at {emulator.url}\n\nblocking")
        with BlockingClient(emulator.project_id, emulator.secret, base_url=emulator.url, hooks=Hooks(on_call=show)) as stytch_b2b:
            blocking(emulator, stytch_b2b)
    print("\nAll as it should be.")
