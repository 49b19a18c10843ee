"""The validation of an organization policy."""

import pytest
from support.policies import permits, policy_role, project_policy
from support.tokens import (
    API,
    PROJECT_ID,
    SECRET,
)

from stytch_b2b_async import (
    BlockingClient,
    Client,
    StytchError,
)
from stytch_b2b_async.models.rbac import OrgPolicy, PolicyRole
from stytch_b2b_async.verify.org_policy import InvalidPolicyError, validate_org_policy

# The rules of an organization's own roles


def test_valid_organization_roles() -> None:
    """An organization's roles that keep the rules pass."""
    roles = [policy_role("custom", permits("document", "read", "write")), policy_role("boss", permits("document", "*"))]
    validate_org_policy(project_policy(policy_role("reader")), OrgPolicy(roles=roles))
    validate_org_policy(project_policy(), OrgPolicy(roles=[]))


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ([policy_role("")], "no role_id"),
        ([policy_role("  ")], "no role_id"),
        ([policy_role("reader")], "'reader' is defined already"),
        ([policy_role("custom"), policy_role("custom")], "'custom' is defined already"),
        ([policy_role("custom", permits("invoice", "read"))], "no such resource"),
        ([policy_role("custom", permits("document"))], "no action"),
        ([policy_role("custom", permits("document", "burn"))], "no action 'burn'"),
        ([policy_role("custom", permits("document", "*", "read"))], "must stand alone"),
        ([policy_role("fine", permits("document", "read")), policy_role("custom", permits("document", "burn"))], "role 'custom'"),
    ],
)
def test_invalid_organization_roles(broken: list[PolicyRole], message: str) -> None:
    """An organization's roles that break a rule are refused by name."""
    with pytest.raises(InvalidPolicyError, match=message) as caught:
        validate_org_policy(project_policy(policy_role("reader")), OrgPolicy(roles=broken))
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, StytchError)


def test_local_rules(api: API) -> None:
    """The rules are checked without a call under the vendor's name."""
    client = BlockingClient(PROJECT_ID, SECRET, transport=api)
    assert validate_org_policy is client.rbac.organizations.validate_org_policy
    assert validate_org_policy is Client(PROJECT_ID, SECRET, transport=api).rbac.organizations.validate_org_policy
    assert [] == api.asked
