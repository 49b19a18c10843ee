"""Rules: who may pass. Values that are hashable, equal by value, and combined with `|`."""

import re
from collections.abc import Collection
from datetime import timedelta
from types import EllipsisType
from typing import Generic, Literal, TypeAlias, TypeVar, overload

import attrs

from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.verify.access_token import AccessTokenClaims
from stytch_b2b_async.verify.m2m import MachineClaims

from .settings import seconds

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


@attrs.frozen
class MemberTerms:
    """What a member's session must satisfy."""

    roles: tuple[str, ...] = ()
    permission: tuple[str, str] | None = None
    max_age: float | None = None
    factor_within: float | None = None
    optional: bool = False
    impersonated: bool = True
    organization: str | EllipsisType | None = ...


@attrs.frozen
class MachineTerms:
    """What an M2M token must satisfy."""

    scopes: tuple[str, ...] = ()


@attrs.frozen
class AppTerms:
    """What the access token of a connected app must satisfy."""

    scopes: tuple[str, ...] = ()


@attrs.frozen
class PublicTerms:
    """Nothing is asked."""


Terms: TypeAlias = MemberTerms | MachineTerms | AppTerms | PublicTerms


@attrs.frozen
class Rule(Generic[T_co]):
    """Who may pass: whoever satisfies one of its alternatives. Its type is that of what a handler is given."""

    alternatives: tuple[Terms, ...]

    def __or__(self, other: "Rule[U]") -> "Rule[T_co | U]":
        return Rule(tuple(dict.fromkeys((*self.alternatives, *other.alternatives))))


@overload
def member(
    *,
    role: str | Collection[str] | None = None,
    permission: tuple[str, str] | None = None,
    max_age: float | timedelta | None = None,
    factor_within: float | timedelta | None = None,
    optional: Literal[False] = False,
    impersonated: bool = True,
    organization: str | EllipsisType | None = ...,
) -> Rule[MemberSession]: ...
@overload
def member(
    *,
    role: str | Collection[str] | None = None,
    permission: tuple[str, str] | None = None,
    max_age: float | timedelta | None = None,
    factor_within: float | timedelta | None = None,
    optional: bool,
    impersonated: bool = True,
    organization: str | EllipsisType | None = ...,
) -> Rule[MemberSession | None]: ...
def member(
    *,
    role: str | Collection[str] | None = None,
    permission: tuple[str, str] | None = None,
    max_age: float | timedelta | None = None,
    factor_within: float | timedelta | None = None,
    optional: bool = False,
    impersonated: bool = True,
    organization: str | EllipsisType | None = ...,
) -> Rule[MemberSession] | Rule[MemberSession | None]:
    """Let members pass who have a session.

    - `role`: or one of several roles.
    - `permission`: a resource and an action, which the project's policy or the organization's must grant to one of their roles.
    - `max_age`: seconds (or a timedelta) since Stytch has confirmed the session, which is asked if it was longer ago.
    - `factor_within`: seconds since the member has last authenticated with any factor.
    - `optional`: let visitors without a session pass, too: the handler is given None.
    - `impersonated`: whether somebody who impersonates the member may pass.
    - `organization`: another template than that of the `Auth`; None for a route that belongs to no organization.

    Raises ValueError or TypeError for invalid arguments.
    """
    roles = () if role is None else (role,) if isinstance(role, str) else tuple(role)
    if role is not None and not roles:
        raise ValueError("role must name at least one role")
    if permission is not None:
        resource, action = permission
        permission = (resource, action)
    return Rule(
        (
            MemberTerms(
                roles=roles,
                permission=permission,
                max_age=seconds("max_age", max_age),
                factor_within=seconds("factor_within", factor_within),
                optional=optional,
                impersonated=impersonated,
                organization=organization,
            ),
        )
    )


def machine(*scopes: str) -> Rule[MachineClaims]:
    """Let programs pass that have an M2M token with all of these scopes. Raises ValueError for an invalid scope."""
    return Rule((MachineTerms(_scopes(scopes)),))


def connected_app(*scopes: str) -> Rule[AccessTokenClaims]:
    """Let connected apps pass that act for a member, with all of these scopes. Raises ValueError for an invalid scope."""
    return Rule((AppTerms(_scopes(scopes)),))


def public() -> Rule[None]:
    """Let everybody pass, without a look at their credentials; as an alternative, let those pass who have none."""
    return Rule((PublicTerms(),))


def _scopes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise ValueError(f"{scope!r} is not a scope: pass each one as an argument of its own")
    return scopes
