"""Local authorization checks of a member's session."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.rbac import AuthorizationCheck, AuthorizationVerdict
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import Location, Model, OrMapping, frozen
from stytch_b2b_async.verify.errors import TokenError
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class Explanation(Model):
    """Whether a session's roles grant an action, and why."""

    check: AuthorizationCheck
    authorized: bool
    granting_roles: list[str]
    """The project's roles that grant it or, if there are none, the organization's; empty if it is not granted."""
    reason: str
    """A sentence with the roles that grant it, or with what is missing."""


@frozen
class Authorize(LocalRequest[AuthorizationVerdict]):
    """Check locally that a session's roles grant an action on a resource of its organization.

    The policies of project and organization are cached for ten minutes, and for another hour while they cannot be fetched.

    - `member_session`: from `sessions.authenticate_jwt_local`, or any response that has one.
    - `authorization_check`: the action, the resource and the organization.

    Raises MissingRoleError, WrongTenantError; APIConnectionError if a policy is needed and cannot be fetched.
    See https://stytch.com/docs/b2b/guides/rbac/overview.
    """

    member_session: Annotated[MemberSession, Location.CLIENT_ONLY]
    authorization_check: OrMapping[AuthorizationCheck]

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[AuthorizationVerdict]:
        """Look up the roles."""
        return _authorize(verifier, self.member_session, self.authorization_check)


@frozen
class Explain(LocalRequest[list[Explanation]]):
    """Report for several checks at once whether a session's roles grant them, and why; a missing role is not an error.

    - `member_session`: from `sessions.authenticate_jwt_local`, or any response that has one.
    - `authorization_checks`: actions, resources and organizations; the results have the same order.

    Raises APIConnectionError if a policy is needed and cannot be fetched.
    See https://stytch.com/docs/b2b/guides/rbac/overview.
    """

    member_session: Annotated[MemberSession, Location.CLIENT_ONLY]
    authorization_checks: Sequence[OrMapping[AuthorizationCheck]]

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[list[Explanation]]:
        """Look up the roles for each check."""
        explanations: list[Explanation] = []
        for given in self.authorization_checks:
            check = _model(given)
            try:
                verdict = yield from _authorize(verifier, self.member_session, check)
            except TokenError as refusal:
                explanations.append(Explanation(check=check, authorized=False, granting_roles=[], reason=str(refusal)))
            else:
                reason = f"granted by {', '.join(verdict.granting_roles)}"
                explanations.append(Explanation(check=check, authorized=True, granting_roles=verdict.granting_roles, reason=reason))
        return explanations


def _authorize(
    verifier: Verifier, session: MemberSession, check: AuthorizationCheck | Mapping[str, Any]
) -> Flow[AuthorizationVerdict]:
    # After a schema mismatch, a session may have no roles: checks that need one then fail.
    return verifier.policies.authorize_roles(session.roles or [], session.organization_id, _model(check))


def _model(check: AuthorizationCheck | Mapping[str, Any]) -> AuthorizationCheck:
    return check if isinstance(check, AuthorizationCheck) else AuthorizationCheck(**check)
