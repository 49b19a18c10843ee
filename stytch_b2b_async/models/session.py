"""Sessions of members."""

from datetime import datetime
from typing import Any

from stytch_b2b_async.schema import Model, frozen

from .enums import AuthenticationFactorDeliveryMethod, AuthenticationFactorType
from .factors import (
    AuthenticatorAppFactor,
    BiometricFactor,
    CryptoWalletFactor,
    EmailFactor,
    EmbeddableMagicLinkFactor,
    ImpersonatedFactor,
    OAuthAccessTokenExchangeFactor,
    OAuthExchangeFactor,
    OAuthFactor,
    PhoneNumberFactor,
    RecoveryCodeFactor,
    SSOFactor,
    TrustedAuthTokenFactor,
    WebAuthnFactor,
)


@frozen
class AuthenticationFactor(Model):
    """An authenticated factor; at most one of the detail objects is set."""

    type: AuthenticationFactorType
    delivery_method: AuthenticationFactorDeliveryMethod
    last_authenticated_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    email_factor: EmailFactor | None = None
    phone_number_factor: PhoneNumberFactor | None = None
    google_oauth_factor: OAuthFactor | None = None
    microsoft_oauth_factor: OAuthFactor | None = None
    apple_oauth_factor: OAuthFactor | None = None
    webauthn_factor: WebAuthnFactor | None = None
    authenticator_app_factor: AuthenticatorAppFactor | None = None
    github_oauth_factor: OAuthFactor | None = None
    recovery_code_factor: RecoveryCodeFactor | None = None
    facebook_oauth_factor: OAuthFactor | None = None
    crypto_wallet_factor: CryptoWalletFactor | None = None
    amazon_oauth_factor: OAuthFactor | None = None
    bitbucket_oauth_factor: OAuthFactor | None = None
    coinbase_oauth_factor: OAuthFactor | None = None
    discord_oauth_factor: OAuthFactor | None = None
    figma_oauth_factor: OAuthFactor | None = None
    git_lab_oauth_factor: OAuthFactor | None = None
    instagram_oauth_factor: OAuthFactor | None = None
    linked_in_oauth_factor: OAuthFactor | None = None
    shopify_oauth_factor: OAuthFactor | None = None
    slack_oauth_factor: OAuthFactor | None = None
    snapchat_oauth_factor: OAuthFactor | None = None
    spotify_oauth_factor: OAuthFactor | None = None
    steam_oauth_factor: OAuthFactor | None = None
    tik_tok_oauth_factor: OAuthFactor | None = None
    twitch_oauth_factor: OAuthFactor | None = None
    twitter_oauth_factor: OAuthFactor | None = None
    embeddable_magic_link_factor: EmbeddableMagicLinkFactor | None = None
    biometric_factor: BiometricFactor | None = None
    saml_sso_factor: SSOFactor | None = None
    oidc_sso_factor: SSOFactor | None = None
    salesforce_oauth_factor: OAuthFactor | None = None
    yahoo_oauth_factor: OAuthFactor | None = None
    hubspot_oauth_factor: OAuthFactor | None = None
    slack_oauth_exchange_factor: OAuthExchangeFactor | None = None
    hubspot_oauth_exchange_factor: OAuthExchangeFactor | None = None
    github_oauth_exchange_factor: OAuthExchangeFactor | None = None
    google_oauth_exchange_factor: OAuthExchangeFactor | None = None
    impersonated_factor: ImpersonatedFactor | None = None
    oauth_access_token_exchange_factor: OAuthAccessTokenExchangeFactor | None = None
    trusted_auth_token_factor: TrustedAuthTokenFactor | None = None


@frozen
class MemberSession(Model):
    """A session of a member, without its token. See https://stytch.com/docs/b2b/api/session-object."""

    member_session_id: str
    member_id: str
    started_at: datetime
    last_accessed_at: datetime
    expires_at: datetime
    authentication_factors: list[AuthenticationFactor]
    organization_id: str
    roles: list[str]
    """Role ids, including those that the session's factors imply."""
    organization_slug: str
    custom_claims: dict[str, Any] | None = None
    """At most 4 KB."""
