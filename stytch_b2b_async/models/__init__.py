"""Objects that several resources share. Import them from here: each module is loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bounded import *  # noqa: F403  # all of its names
    from .connected_apps import *  # noqa: F403  # all of its names
    from .device import *  # noqa: F403  # all of its names
    from .discovery import *  # noqa: F403  # all of its names
    from .enums import *  # noqa: F403  # all of its names
    from .factors import *  # noqa: F403  # all of its names
    from .fraud import *  # noqa: F403  # all of its names
    from .idp import *  # noqa: F403  # all of its names
    from .jwks import *  # noqa: F403  # all of its names
    from .m2m import *  # noqa: F403  # all of its names
    from .member import *  # noqa: F403  # all of its names
    from .mfa import *  # noqa: F403  # all of its names
    from .oauth import *  # noqa: F403  # all of its names
    from .organization import *  # noqa: F403  # all of its names
    from .organization_apps import *  # noqa: F403  # all of its names
    from .passwords import *  # noqa: F403  # all of its names
    from .project import *  # noqa: F403  # all of its names
    from .providers import *  # noqa: F403  # all of its names
    from .rbac import *  # noqa: F403  # all of its names
    from .scim import *  # noqa: F403  # all of its names
    from .scim_connection import *  # noqa: F403  # all of its names
    from .search import *  # noqa: F403  # all of its names
    from .session import *  # noqa: F403  # all of its names
    from .sso import *  # noqa: F403  # all of its names

_NAMES = {
    "bounded": "CodeMinutes ExternalId LinkMinutes OrganizationName PageLimit SessionMinutes Slug",
    "connected_apps": """
        ConnectedApp ConnectedAppDetails ConnectedAppPublic ConnectedAppWithClientSecret
        ConnectedAppWithNextClientSecret
    """,
    "device": "DeviceAttributeDetails DeviceInfo",
    "discovery": "DiscoveredOrganization Membership",
    "factors": """
        AmazonOAuthFactor AppleOAuthFactor AuthenticatorAppFactor BiometricFactor BitbucketOAuthFactor
        CoinbaseOAuthFactor CryptoWalletFactor DiscordOAuthFactor EmailFactor EmbeddableMagicLinkFactor
        FacebookOAuthFactor FigmaOAuthFactor GitLabOAuthFactor GithubOAuthExchangeFactor GithubOAuthFactor
        GoogleOAuthExchangeFactor GoogleOAuthFactor HubspotOAuthExchangeFactor HubspotOAuthFactor ImpersonatedFactor
        InstagramOAuthFactor LinkedInOAuthFactor MicrosoftOAuthFactor OAuthAccessTokenExchangeFactor OAuthExchangeFactor
        OAuthFactor OIDCSSOFactor PhoneNumberFactor RecoveryCodeFactor SAMLSSOFactor SSOFactor SalesforceOAuthFactor
        ShopifyOAuthFactor SlackOAuthExchangeFactor SlackOAuthFactor SnapchatOAuthFactor SpotifyOAuthFactor
        SteamOAuthFactor TikTokOAuthFactor TrustedAuthTokenFactor TwitchOAuthFactor TwitterOAuthFactor WebAuthnFactor
        YahooOAuthFactor
    """,
    "fraud": """
        ASNProperties AddressInformation BrowserProperties DomainInformation Fingerprints IPGeoProperties Metadata
        NetworkProperties Properties Rule Verdict VerdictReasonAction VerdictReasonOverride
    """,
    "idp": "ScopeResult",
    "jwks": "JWK",
    "m2m": "M2MClient M2MClientWithClientSecret M2MClientWithNextClientSecret M2MSearchQuery",
    "member": "Member MemberRole MemberRoleSource OAuthRegistration RetiredEmail SSORegistration",
    "mfa": "MemberOptions MfaRequired PrimaryRequired",
    "oauth": "ProviderValues",
    "organization": """
        ActiveSCIMConnection ActiveSSOConnection CustomRole CustomRolePermission EmailImplicitRoleAssignment
        Organization
    """,
    "organization_apps": "ConnectedAppSummary MemberConnectedApp OrganizationConnectedApp OrganizationConnectedAppActiveMember",
    "passwords": """
        Argon2Config LudsFeedback MD5Config PBKDF2Config SHA1Config SHA512Config SaltConfig ScryptConfig ZxcvbnFeedback
    """,
    "project": "ProjectMetric",
    "providers": "GithubProviderInfo HubspotProviderInfo OIDCProviderInfo ProviderInfo SlackProviderInfo",
    "rbac": """
        AuthorizationCheck AuthorizationVerdict OrgPolicy Permission Policy PolicyResource PolicyRole
        PolicyRolePermission PolicyScope PolicyScopePermission
    """,
    "scim": """
        Address Email EnterpriseExtension Entitlement Group IMs Manager MultiValued Name PhoneNumber Photo Role
        SCIMAttributes SCIMRegistration ScimX509Certificate
    """,
    "scim_connection": """
        SCIMConnection SCIMConnectionDetails SCIMConnectionWithNextToken SCIMConnectionWithToken SCIMGroup
        SCIMGroupImplicitRoleAssignments
    """,
    "search": "ResultsMetadata SearchQuery",
    "session": "AuthenticationFactor MemberSession",
    "sso": """
        Connection ConnectionImplicitRoleAssignment EncryptionPrivateKey GroupImplicitRoleAssignment OIDCConnection
        SAMLConnection SAMLConnectionImplicitRoleAssignment SAMLGroupImplicitRoleAssignment SSOConnection
        SsoX509Certificate
    """,
    "enums": """
        AllowedMethods AuthenticationFactorDeliveryMethod AuthenticationFactorType ConnectedAppClientType
        ConnectedAppsAllowedType ConnectionStatus EmailLocale EmailUpdateDeliveryMethod Locale M2MClientStatus
        MemberStatus MfaEnrollment MfaMethod MfaPolicy PasswordHashType ProjectMetricType Provisioning
        RestrictedProvisioning RuleAction RuleType ScimIdentityProvider SsoIdentityProvider VerdictAction
    """,
}
"""The names of each module; a test compares them with the modules."""

_MODULE_OF = {name: room for room, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_MODULE_OF)
