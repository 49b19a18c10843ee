"""Authorization of a member's session, checked on this machine."""

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
    """Whether a session's roles allow something, and why."""

    check: AuthorizationCheck
    authorized: bool
    granting_roles: list[str]
    """The project's roles that grant it, or the organization's where none of those does; none when it is refused."""
    reason: str
    """One sentence: which roles grant it, or what is missing."""


@frozen
class Authorize(LocalRequest[AuthorizationVerdict]):
    """Check on this machine that a session's roles allow an action on a resource of its organization.

    The policies of project and organization are kept for ten minutes, and an hour longer while they cannot be fetched.

    - `member_session`: from `sessions.authenticate_jwt_local`, or any answer that has one.
    - `authorization_check`: what is to be done, and where.

    Raises MissingRoleError, WrongTenantError; APIConnectionError when a policy is needed and cannot be fetched.
    See https://stytch.com/docs/b2b/guides/rbac/overview.
    """

    member_session: Annotated[MemberSession, Location.LOCAL]
    authorization_check: OrMapping[AuthorizationCheck]

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[AuthorizationVerdict]:
        """Look the roles up."""
        return _authorize(verifier, self.member_session, self.authorization_check)


@frozen
class Explain(LocalRequest[list[Explanation]]):
    """Tell for several checks at once whether a session's roles allow them, and why; nothing is refused.

    - `member_session`: from `sessions.authenticate_jwt_local`, or any answer that has one.
    - `authorization_checks`: what is to be done, and where; answered in their order.

    Raises APIConnectionError when a policy is needed and cannot be fetched.
    See https://stytch.com/docs/b2b/guides/rbac/overview.
    """

    member_session: Annotated[MemberSession, Location.LOCAL]
    authorization_checks: Sequence[OrMapping[AuthorizationCheck]]

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[list[Explanation]]:
        """Look the roles up, check by check."""
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
    # A reply that drifted may have no roles: what needs one is then refused.
    return verifier.policies.authorize_roles(session.roles or [], session.organization_id, _model(check))


def _model(check: AuthorizationCheck | Mapping[str, Any]) -> AuthorizationCheck:
    return check if isinstance(check, AuthorizationCheck) else AuthorizationCheck(**check)
