"""The documented values for trying magic links in a test project: an address, an organization and three tokens."""

from typing import Final

from stytch_b2b_async.api.organizations import Create
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.organizations.new_organizations import new_organization
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .magic_links import link_ended, link_not_found

EMAIL: Final = "sandbox@stytch.com"
ORGANIZATION_ID: Final = "organization-test-007d9d4a-deac-4a87-ba0a-e6e8afba4d4b"

_AUTHENTICATES: Final = "DOYoip3rvIMMW5lgItikFK-Ak1CfMsgjuiCyI7uuU94="
_ENDED: Final = "3pzjQpgksDlGKWEwUq2Up--hCHC_0oamfLHyfspKDFU="
_UNKNOWN: Final = "CprTtwhnRNiMBiUS2jSLcWYrfuO2POeBNdo5HhW6qTM="


def opens_sandbox(project: Project, token: str) -> bool:
    """Return whether a token logs the sandbox member in, any number of times; raise the error that it stands for."""
    if project.environment != "test" or token not in {_AUTHENTICATES, _ENDED, _UNKNOWN}:
        return False
    if token == _ENDED:
        raise link_ended()
    if token == _UNKNOWN:
        raise link_not_found()
    return True


def is_sandbox(project: Project, organization_id: str, email: str) -> bool:
    """Return whether a call is made with the sandbox values."""
    return project.environment == "test" and organization_id == ORGANIZATION_ID and email.lower() == EMAIL


def sandbox_member(project: Project) -> tuple[Member, Organization]:
    """Return the sandbox member and organization, which exist from their first use."""
    try:
        organization = project.organizations.find(ORGANIZATION_ID)
    except EmulatedError:
        made = new_organization(project, Create(organization_name="Sandbox"))
        organization = project.organizations.add(evolve(made, organization_id=ORGANIZATION_ID))
    member = project.members.with_address(organization, EMAIL)
    return member or add_member(project, organization, NewMember(email=EMAIL, email_verified=True)), organization
