"""Documented values of fields that accept any string: editors suggest them, other strings are accepted."""

from typing import Literal, TypeAlias

from stytch_b2b_async.schema import OpenEnum

Locale: TypeAlias = OpenEnum[
    Literal[
        "en", "es", "pt-br", "fr", "it", "de-DE", "zh-Hans", "ca-ES", "ja", "ru", "nl", "pl", "tr", "fa", "vi", "cs",
    ]
]  # fmt: skip
"""Language of a message, as an IETF tag; default: English."""

EmailLocale: TypeAlias = OpenEnum[Literal["en", "es", "pt-br", "fr"]]
"""Language of an email, as an IETF tag; default: English."""

AuthenticationFactorType: TypeAlias = OpenEnum[
    Literal[
        "magic_link", "otp", "oauth", "webauthn", "totp", "crypto", "password", "signature_challenge", "sso", "imported",
        "recovery_codes", "email_otp", "impersonated", "trusted_auth_token",
    ]
]  # fmt: skip
"""The type of an authentication factor."""

AuthenticationFactorDeliveryMethod: TypeAlias = OpenEnum[
    Literal[
        "email", "sms", "whatsapp", "embedded", "oauth_google", "oauth_microsoft", "oauth_apple", "webauthn_registration",
        "authenticator_app", "oauth_github", "recovery_code", "oauth_facebook", "crypto_wallet", "oauth_amazon",
        "oauth_bitbucket", "oauth_coinbase", "oauth_discord", "oauth_figma", "oauth_gitlab", "oauth_instagram",
        "oauth_linkedin", "oauth_shopify", "oauth_slack", "oauth_snapchat", "oauth_spotify", "oauth_steam", "oauth_tiktok",
        "oauth_twitch", "oauth_twitter", "knowledge", "biometric", "sso_saml", "sso_oidc", "oauth_salesforce",
        "oauth_yahoo", "oauth_hubspot", "imported_auth0", "oauth_exchange_slack", "oauth_exchange_hubspot",
        "oauth_exchange_github", "oauth_exchange_google", "impersonation", "oauth_access_token_exchange",
        "trusted_token_exchange",
    ]
]  # fmt: skip
"""How a factor reached the member."""

ConnectedAppsAllowedType: TypeAlias = OpenEnum[Literal["ALL_ALLOWED", "RESTRICTED", "NOT_ALLOWED"]]
"""Which connected apps an organization's members may use: all, those on a list, or none."""

PasswordHashType: TypeAlias = OpenEnum[
    Literal["bcrypt", "md_5", "argon_2i", "argon_2id", "sha_1", "sha_512", "scrypt", "phpass", "pbkdf_2"]
]
"""The hash algorithm of a migrated password."""

MemberStatus: TypeAlias = OpenEnum[Literal["pending", "invited", "active", "deleted"]]
"""The status of a member."""

MfaMethod: TypeAlias = OpenEnum[Literal["sms_otp", "totp"]]
"""A second factor."""

MfaPolicy: TypeAlias = OpenEnum[Literal["OPTIONAL", "REQUIRED_FOR_ALL"]]
"""Whether MFA is required for all members, or only for those who enrolled."""

AllowedMethods: TypeAlias = OpenEnum[Literal["ALL_ALLOWED", "RESTRICTED"]]
"""Whether every method may be used, or only those on a list."""

Provisioning: TypeAlias = OpenEnum[Literal["ALL_ALLOWED", "RESTRICTED", "NOT_ALLOWED"]]
"""Whether everybody may join this way, only those who match a list, or nobody."""

RestrictedProvisioning: TypeAlias = OpenEnum[Literal["RESTRICTED", "NOT_ALLOWED"]]
"""Whether those who match a list may join this way, or nobody."""

MfaEnrollment: TypeAlias = OpenEnum[Literal["enroll", "unenroll"]]
"""Whether a member's later logins require MFA."""

ConnectionStatus: TypeAlias = OpenEnum[Literal["pending", "active"]]
"""Whether members can log in through an SSO connection; one is pending until it has all it needs."""

SsoIdentityProvider: TypeAlias = OpenEnum[
    Literal[
        "classlink", "cyberark", "duo", "generic", "google-workspace", "jumpcloud", "keycloak", "miniorange",
        "microsoft-entra", "okta", "onelogin", "pingfederate", "rippling", "salesforce", "shibboleth",
    ]
]  # fmt: skip
"""An SSO identity provider; `generic` for one that the API does not list."""

ScimIdentityProvider: TypeAlias = OpenEnum[
    Literal["generic", "okta", "microsoft-entra", "cyberark", "jumpcloud", "onelogin", "pingfederate", "rippling"]
]
"""A SCIM identity provider; `generic` for one that the API does not list."""

ConnectedAppClientType: TypeAlias = OpenEnum[Literal["first_party", "first_party_public", "third_party", "third_party_public"]]
"""Whether an app is first-party or third-party, and confidential or public; a public app, such as a mobile one, has no secret."""

M2MClientStatus: TypeAlias = OpenEnum[Literal["active", "inactive"]]
"""Whether a client can get tokens."""

VerdictAction: TypeAlias = OpenEnum[Literal["ALLOW", "CHALLENGE", "BLOCK"]]
"""The recommended action: allow, challenge or block."""

RuleAction: TypeAlias = OpenEnum[Literal["ALLOW", "CHALLENGE", "BLOCK", "NONE"]]
"""The action of a rule; NONE deletes the rule."""

RuleType: TypeAlias = OpenEnum[
    Literal[
        "VISITOR_ID", "BROWSER_ID", "VISITOR_FINGERPRINT", "BROWSER_FINGERPRINT", "HARDWARE_FINGERPRINT",
        "NETWORK_FINGERPRINT", "CIDR_BLOCK", "ASN", "COUNTRY_CODE",
    ]
]  # fmt: skip
"""The identifier that a rule matches."""

ProjectMetricType: TypeAlias = OpenEnum[Literal["UNKNOWN", "USER_COUNT", "ORGANIZATION_COUNT", "MEMBER_COUNT", "M2M_CLIENT_COUNT"]]
"""What a metric counts."""

EmailUpdateDeliveryMethod: TypeAlias = OpenEnum[Literal["EMAIL_MAGIC_LINK", "EMAIL_OTP"]]
"""How a member verifies a new email address."""
