"""The API's resources: `client.passwords.email` is `api/passwords/email.py`. A resource is imported on first use."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

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


class Api(Namespace[Mode]):
    """The root namespace, and base class of both clients."""

    @cached_property
    def connected_app(self) -> "ConnectedApp[Mode]":
        """Connected apps: OAuth clients that act on behalf of members."""
        from .connected_app import ConnectedApp

        return ConnectedApp(self._send)

    @cached_property
    def debug(self) -> "Debug[Mode]":
        """Check the project's credentials."""
        from .debug import Debug

        return Debug(self._send)

    @cached_property
    def discovery(self) -> "Discovery[Mode]":
        """Discovery: find, join and create organizations after authenticating an email address."""
        from .discovery import Discovery

        return Discovery(self._send)

    @cached_property
    def fraud(self) -> "Fraud[Mode]":
        """Fraud prevention: device fingerprints, rules, and the risk of email addresses; on its own host."""
        from .fraud import Fraud

        return Fraud(self._send)

    @cached_property
    def idp(self) -> "IDP[Mode]":
        """The project as an identity provider: consent, and tokens of connected apps."""
        from .idp import IDP

        return IDP(self._send)

    @cached_property
    def impersonation(self) -> "Impersonation[Mode]":
        """Impersonation: act as a member, for support."""
        from .impersonation import Impersonation

        return Impersonation(self._send)

    @cached_property
    def m2m(self) -> "M2M[Mode]":
        """Machine-to-machine clients and their tokens."""
        from .m2m import M2M

        return M2M(self._send)

    @cached_property
    def magic_links(self) -> "MagicLinks[Mode]":
        """Magic links: log in with a link from an email."""
        from .magic_links import MagicLinks

        return MagicLinks(self._send)

    @cached_property
    def oauth(self) -> "OAuth[Mode]":
        """Log in through OAuth providers."""
        from .oauth import OAuth

        return OAuth(self._send)

    @cached_property
    def organizations(self) -> "Organizations[Mode]":
        """Organizations and their members."""
        from .organizations import Organizations

        return Organizations(self._send)

    @cached_property
    def otps(self) -> "OTPs[Mode]":
        """One-time codes by text message and by email."""
        from .otps import OTPs

        return OTPs(self._send)

    @cached_property
    def passwords(self) -> "Passwords[Mode]":
        """Passwords: check strength, log in, reset and migrate."""
        from .passwords import Passwords

        return Passwords(self._send)

    @cached_property
    def project(self) -> "Project[Mode]":
        """Metrics of the project."""
        from .project import Project

        return Project(self._send)

    @cached_property
    def rbac(self) -> "RBAC[Mode]":
        """Role-based access control (RBAC): policies and authorization."""
        from .rbac import RBAC

        return RBAC(self._send)

    @cached_property
    def recovery_codes(self) -> "RecoveryCodes[Mode]":
        """Recovery codes, for when a second factor is lost."""
        from .recovery_codes import RecoveryCodes

        return RecoveryCodes(self._send)

    @cached_property
    def scim(self) -> "SCIM[Mode]":
        """SCIM: members provisioned by an identity provider."""
        from .scim import SCIM

        return SCIM(self._send)

    @cached_property
    def sessions(self) -> "Sessions[Mode]":
        """Sessions: authenticate, extend, list, revoke and exchange."""
        from .sessions import Sessions

        return Sessions(self._send)

    @cached_property
    def sso(self) -> "SSO[Mode]":
        """Single sign-on (SSO): log in through an organization's identity provider, and manage the connections."""
        from .sso import SSO

        return SSO(self._send)

    @cached_property
    def totps(self) -> "TOTPs[Mode]":
        """One-time codes from an authenticator app."""
        from .totps import TOTPs

        return TOTPs(self._send)
