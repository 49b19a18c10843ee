"""Password calls and a login against the emulator, with the async and the blocking client.

Run it with `nox -s quickstart`, or with `python examples/quickstart.py` if `stytch-b2b-async[emulator]` is installed; `-v` adds
request ids. It prints each step, its calls and their results, and fails if anything is not as expected.
"""

import asyncio
import sys

from stytch_b2b_async import BlockingClient, CallEnd, Client, Hooks, MemberPasswordNotFoundError, SessionNotFoundError
from stytch_b2b_async.emulator import Emulator

EMAIL = "ada@example.com"
FIRST = "weaving algebra as looms weave leaves"
SECOND = "seven silver spoons on a sloop"
THIRD = "a quiet orchard behind the mill"

NEXT = """
Everything went as expected. What next?

  examples/quickstart.py        the program that you just ran
  README.md                     your own project, web applications, errors
  docs/logins.md                second factors, choosing an organization
  docs/testing.md               your tests against the emulator

  python -m stytch_b2b_async.emulator      starts an emulator to experiment with"""


def step(title: str) -> None:
    """Begin a step."""
    print(f"\n{title}")


def show(call: CallEnd) -> None:
    """Print a call and its response. Unexpected errors end the program, so those shown here were expected."""
    refused = "" if call.error_type is None else " as expected"
    print(f"   {call.method:<5}{call.route:<49}{call.status_code}{refused}")
    if "-v" in sys.argv:
        print(f"        {call.request_id}")


def expect(what: str, *, holds: object) -> None:
    """Print a result, or end the program if it does not hold."""
    if not holds:
        raise SystemExit(f"Not as expected: {what}")
    print(f"   → {what}")


async def awaited(stytch: Emulator, client: Client) -> None:
    """Create a member, log in, and make the four calls."""
    step("1. Ada joins an organization. She has no password yet.")
    organization = (await client.organizations.create(organization_name="Analytical Engines")).organization
    tenant = organization.organization_id
    member = (await client.organizations.members.create(organization_id=tenant, email_address=EMAIL)).member
    expect(f"{member.email_address} is {member.status} in {organization.organization_slug}", holds=not member.member_password_id)

    step("2. She is mailed a link, and sets a password with it.")
    await client.passwords.email.reset_start(organization_id=tenant, email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    expect(f"the emulator's outbox holds a mail for {mail.to}", holds=mail.token)
    first = await client.passwords.email.reset(password_reset_token=mail.token, password=FIRST)
    expect("the password is set, and she has a session", holds=first.member_authenticated)

    step("3. She logs in with it, on another device.")
    login = await client.passwords.authenticate(organization_id=tenant, email_address=EMAIL, password=FIRST)
    expect("she has a second session", holds=login.session_token != first.session_token)

    step("4. She changes the password there. That ends her other session.")
    await client.passwords.sessions.reset(organization_id=tenant, session_token=login.session_token, password=SECOND)
    try:
        await client.sessions.authenticate(session_token=first.session_token)
    except SessionNotFoundError:
        expect("the first session is refused: SessionNotFoundError", holds=True)
    else:
        expect("the first session is refused", holds=False)

    step("5. The password leaked, so you require a reset. The password is deleted.")
    await client.passwords.email.require_reset(email_address=EMAIL)
    try:
        await client.passwords.authenticate(organization_id=tenant, email_address=EMAIL, password=SECOND)
    except MemberPasswordNotFoundError:
        expect("the login is refused: MemberPasswordNotFoundError", holds=True)
    else:
        expect("the login is refused", holds=False)

    step("6. She sets a new one without naming her organization.")
    await client.passwords.discovery.email.reset_start(email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    found = await client.passwords.discovery.email.reset(password_reset_token=mail.token, password=THIRD)
    names = [each.organization.organization_name for each in found.discovered_organizations if each.organization]
    expect(f"she can log in to {', '.join(names)}", holds=names == ["Analytical Engines"])


def blocking(stytch: Emulator, client: BlockingClient) -> None:
    """Make the same four calls with the blocking client."""
    step("7. The same calls without await: BlockingClient.")
    tenant = client.organizations.create(organization_name="Difference Engines").organization.organization_id
    client.organizations.members.create(organization_id=tenant, email_address=EMAIL)

    client.passwords.email.reset_start(organization_id=tenant, email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    first = client.passwords.email.reset(password_reset_token=mail.token, password=FIRST)
    expect("the password is set", holds=first.member_authenticated)

    reset = client.passwords.sessions.reset(organization_id=tenant, session_token=first.session_token, password=SECOND)
    expect("the password is changed", holds=reset.member_authenticated)

    required = client.passwords.email.require_reset(email_address=EMAIL)
    expect("the password is deleted", holds=required.request_id)

    client.passwords.discovery.email.reset_start(email_address=EMAIL)
    mail = stytch.outbox.last(to=EMAIL)
    found = client.passwords.discovery.email.reset(password_reset_token=mail.token, password=THIRD)
    expect("a new password is set", holds=found.discovered_organizations)


async def main() -> None:
    """Run the async part."""
    async with Emulator() as stytch:
        print(f"The emulator runs at {stytch.url}.")
        async with Client(stytch.project_id, stytch.secret, base_url=stytch.url, hooks=Hooks(on_call=show)) as client:
            await awaited(stytch, client)


def emulator_client(stytch: Emulator) -> BlockingClient:
    """Create a client that prints its calls."""
    return BlockingClient(stytch.project_id, stytch.secret, base_url=stytch.url, hooks=Hooks(on_call=show))


if __name__ == "__main__":
    asyncio.run(main())
    with Emulator() as emulator, emulator_client(emulator) as stytch_b2b:
        blocking(emulator, stytch_b2b)
    print(NEXT)
