"""The API's own tree: `client.passwords.email` is `api/passwords/email.py`. A resource is imported when it is first touched."""

from functools import cached_property
from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import M, Namespace

if TYPE_CHECKING:
    from .connected_app import ConnectedApp
    from .debug import Debug
    from .discovery import Discovery
    from .fraud import Fraud
    from .idp import IDP
    from .impersonation import Impersonation
    from .m2m import M2M
    from .magic_links import MagicLinks
    from .oauth import OAuth
    from .organizations import Organizations
    from .otps import OTPs
    from .passwords import Passwords
    from .project import Project
    from .rbac import RBAC
    from .recovery_codes import RecoveryCodes
    from .scim import SCIM
    from .sessions import Sessions
    from .sso import SSO
    from .totps import TOTPs


class Api(Namespace[M]):
    """The root of the tree, which both clients are."""

    @cached_property
    def connected_app(self) -> "ConnectedApp[M]":
        """Connected apps: clients that act on behalf of members, by OAuth."""
        from .connected_app import ConnectedApp

        return ConnectedApp(self._send)

    @cached_property
    def debug(self) -> "Debug[M]":
        """Checking the credentials."""
        from .debug import Debug

        return Debug(self._send)

    @cached_property
    def discovery(self) -> "Discovery[M]":
        """Finding, joining and creating organizations after proving an address."""
        from .discovery import Discovery

        return Discovery(self._send)

    @cached_property
    def fraud(self) -> "Fraud[M]":
        """Device fingerprints, rules about them, and the risk of addresses; on a host of its own."""
        from .fraud import Fraud

        return Fraud(self._send)

    @cached_property
    def idp(self) -> "IDP[M]":
        """The project as an identity provider: consent, and the tokens of connected apps."""
        from .idp import IDP

        return IDP(self._send)

    @cached_property
    def impersonation(self) -> "Impersonation[M]":
        """Acting as a member, for support."""
        from .impersonation import Impersonation

        return Impersonation(self._send)

    @cached_property
    def m2m(self) -> "M2M[M]":
        """Machine-to-machine clients and their tokens."""
        from .m2m import M2M

        return M2M(self._send)

    @cached_property
    def magic_links(self) -> "MagicLinks[M]":
        """Links that log in, by email."""
        from .magic_links import MagicLinks

        return MagicLinks(self._send)

    @cached_property
    def oauth(self) -> "OAuth[M]":
        """Logins through OAuth providers."""
        from .oauth import OAuth

        return OAuth(self._send)

    @cached_property
    def organizations(self) -> "Organizations[M]":
        """Organizations, and their members."""
        from .organizations import Organizations

        return Organizations(self._send)

    @cached_property
    def otps(self) -> "OTPs[M]":
        """One-time codes, by text message and by email."""
        from .otps import OTPs

        return OTPs(self._send)

    @cached_property
    def passwords(self) -> "Passwords[M]":
        """Passwords: checking, logging in, resetting and bringing them along."""
        from .passwords import Passwords

        return Passwords(self._send)

    @cached_property
    def project(self) -> "Project[M]":
        """Figures about the project."""
        from .project import Project

        return Project(self._send)

    @cached_property
    def rbac(self) -> "RBAC[M]":
        """Roles, and what they allow."""
        from .rbac import RBAC

        return RBAC(self._send)

    @cached_property
    def recovery_codes(self) -> "RecoveryCodes[M]":
        """Codes that stand in for a lost second factor."""
        from .recovery_codes import RecoveryCodes

        return RecoveryCodes(self._send)

    @cached_property
    def scim(self) -> "SCIM[M]":
        """Members provisioned by an identity provider."""
        from .scim import SCIM

        return SCIM(self._send)

    @cached_property
    def sessions(self) -> "Sessions[M]":
        """Sessions: proving, extending, listing, ending and exchanging them."""
        from .sessions import Sessions

        return Sessions(self._send)

    @cached_property
    def sso(self) -> "SSO[M]":
        """Logins through an identity provider of the organization, and the connections to them."""
        from .sso import SSO

        return SSO(self._send)

    @cached_property
    def totps(self) -> "TOTPs[M]":
        """One-time codes from an authenticator app."""
        from .totps import TOTPs

        return TOTPs(self._send)
