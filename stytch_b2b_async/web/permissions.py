"""What a session or token is allowed, by local policy."""

from collections.abc import Callable

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.verify.errors import MissingRoleError
from stytch_b2b_async.verify.verifier import Verifier

from . import problems
from .problems import Problem
from .rules import MemberTerms


def refuse_member(session: MemberSession, terms: MemberTerms, verifier: Verifier, now: Callable[[], float]) -> Flow[Problem | None]:
    """Return why a session does not satisfy the terms; None if it does. Raises APIError without a policy."""
    if terms.roles and not set(terms.roles) & set(session.roles or ()):
        return problems.NO_ROLE
    if terms.permission is not None:
        resource, action = terms.permission
        check = AuthorizationCheck(organization_id=session.organization_id, resource_id=resource, action=action)
        try:
            yield from verifier.policies.authorize_roles(session.roles or (), session.organization_id, check)
        except MissingRoleError:
            return problems.NO_ROLE
    if not terms.impersonated and any(factor.type == "impersonated" for factor in session.authentication_factors or ()):
        return problems.IMPERSONATED
    if terms.factor_within is not None and not _has_factor(session, now() - terms.factor_within):
        return problems.factor_too_old(terms.factor_within)
    return None


def _has_factor(session: MemberSession, since: float) -> bool:
    moments = (factor.last_authenticated_at for factor in session.authentication_factors or () if factor.type != "impersonated")
    return any(moment is not None and moment.timestamp() >= since for moment in moments)
