"""Invitations by email."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Authorization, Client
from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.emulator import Emulator

GRACE = "grace@example.com"


async def invite(tenant: Tenant, email: str = GRACE, **options: Any) -> MemberResponse:
    return await tenant.client.magic_links.email.invite(organization_id=tenant.organization_id, email_address=email, **options)


async def test_invitation(acme: Tenant) -> None:
    """Invitation makes a member a caller that is active once the link is followed. The link is a magic link."""
    invited = await invite(
        acme, name="Grace", roles=["stytch_admin"], untrusted_metadata={"desk": 7}, invited_by_member_id=acme.member_id
    )
    assert ("invited", "Grace", True) == (invited.member.status, invited.member.name, invited.member.is_admin)
    assert {"desk": 7} == invited.member.untrusted_metadata
    mail = acme.stytch.outbox.last(to=GRACE, kind="invite")
    assert ["multi_tenant_magic_links"] == parse_qs(urlsplit(mail.url).query)["stytch_token_type"]
    login = await acme.client.magic_links.authenticate(magic_links_token=mail.token)
    assert ("active", invited.member_id) == (login.member.status, login.member_id)


async def test_invitation_lives_a_week(acme: Tenant) -> None:
    """To the second, or as asked."""
    await invite(acme)
    token = acme.stytch.outbox[-1].token
    acme.stytch.advance(days=7)
    with refused("unable_to_auth_magic_link", 401):
        await acme.client.magic_links.authenticate(magic_links_token=token)
    await invite(acme, invite_expiration_minutes=5)
    acme.stytch.advance(seconds=299)
    await acme.client.magic_links.authenticate(magic_links_token=acme.stytch.outbox[-1].token)


async def test_repeated_invitation(acme: Tenant) -> None:
    """Pending member becomes invited and an active one is refused. What the invitation says of the member is merged."""
    made = await acme.client.organizations.members.create(
        organization_id=acme.organization_id,
        email_address=GRACE,
        create_member_as_pending=True,
        untrusted_metadata={"a": 1, "b": 2},
    )
    invited = await invite(acme, untrusted_metadata={"a": None, "c": 3})
    assert (made.member_id, "invited", {"b": 2, "c": 3}) == (
        invited.member_id,
        invited.member.status,
        invited.member.untrusted_metadata,
    )
    with refused("duplicate_member_email"):
        await invite(acme, ADA)


async def test_revocation_by_deletion(acme: Tenant) -> None:
    """Deleting the member revokes the invitation. The link no longer works."""
    invited = await invite(acme)
    token = acme.stytch.outbox[-1].token
    await acme.client.organizations.members.delete(organization_id=acme.organization_id, member_id=invited.member_id)
    with refused("magic_link_not_found", 404):
        await acme.client.magic_links.authenticate(magic_links_token=token)


@pytest.mark.parametrize(
    ("options", "error_type", "status"),
    [
        ({"roles": ["unknown"]}, "invalid_rbac_role_id", 400),
        ({"roles": ["stytch_member"]}, "cannot_assign_default_rbac_role_id", 400),
        ({"invite_expiration_minutes": 4}, "invalid_expiration", 400),
        ({"invite_redirect_url": "nowhere"}, "invalid_invite_redirect_url", 400),
        ({"invited_by_member_id": "nobody"}, "member_not_found", 404),
        ({"locale": "tlh"}, "invalid_locale", 400),
        ({"untrusted_metadata": {"a": "x" * 4096}}, "metadata_too_large", 400),
    ],
)
async def test_parameters_are_checked(acme: Tenant, options: dict[str, Any], error_type: str, status: int) -> None:
    """Nobody becomes a member, and nothing is sent."""
    with refused(error_type, status):
        await invite(acme, **options)
    with refused("member_not_found", 404):
        await acme.client.organizations.members.get(organization_id=acme.organization_id, email_address=GRACE)
    assert 0 == len(acme.stytch.outbox)


@pytest.mark.parametrize(
    ("setting", "email", "allowed"),
    [
        ("ALL_ALLOWED", "eve@example.org", True),
        ("RESTRICTED", "eve@example.org", False),
        ("RESTRICTED", "eve@EXAMPLE.com", True),
        ("NOT_ALLOWED", GRACE, False),
    ],
)
async def test_organization_decides_who_may_be_invited(
    client: Client,
    stytch: Emulator,
    setting: str,
    email: str,
    allowed: bool,  # noqa: FBT001  # a case
) -> None:
    """By its `email_invites`."""
    acme = await Tenant.make(stytch, client, email_invites=setting, email_allowed_domains=["example.com"])
    if allowed:
        assert "invited" == (await invite(acme, email)).member.status
    else:
        with refused("invalid_email_for_invites"):
            await invite(acme, email)


async def test_invitation_by_a_member_needs_a_role(acme: Tenant) -> None:
    """And cannot set trusted metadata."""
    plain = Authorization(session_token=(await acme.reset()).session_token)
    with refused("session_authorization_error", 403):
        await invite(acme, authorization=plain)
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, roles=["stytch_admin"]
    )
    assert "invited" == (await invite(acme, authorization=plain)).member.status
    with refused("cannot_update_trusted_metadata", 401):
        await invite(acme, authorization=plain, trusted_metadata={"a": 1})
    other = await Tenant.make(acme.stytch, acme.client, "eve@example.com")
    with refused("session_authorization_tenancy_error", 403):
        await invite(other, authorization=plain)
