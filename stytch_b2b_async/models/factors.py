"""Factors of a session: one detail object for each type of factor."""

from typing import TypeAlias

from stytch_b2b_async.schema import Model, frozen


@frozen
class EmailFactor(Model):
    """An email address that received a link or a code."""

    email_id: str
    email_address: str


@frozen
class PhoneNumberFactor(Model):
    """A phone number that received a code."""

    phone_id: str
    phone_number: str


@frozen
class OAuthFactor(Model):
    """An account at an OAuth provider; the same for all providers."""

    id: str
    provider_subject: str
    """The account's id at the provider."""
    email_id: str | None = None


GoogleOAuthFactor: TypeAlias = OAuthFactor
MicrosoftOAuthFactor: TypeAlias = OAuthFactor
AppleOAuthFactor: TypeAlias = OAuthFactor
GithubOAuthFactor: TypeAlias = OAuthFactor
FacebookOAuthFactor: TypeAlias = OAuthFactor
AmazonOAuthFactor: TypeAlias = OAuthFactor
BitbucketOAuthFactor: TypeAlias = OAuthFactor
CoinbaseOAuthFactor: TypeAlias = OAuthFactor
DiscordOAuthFactor: TypeAlias = OAuthFactor
FigmaOAuthFactor: TypeAlias = OAuthFactor
GitLabOAuthFactor: TypeAlias = OAuthFactor
InstagramOAuthFactor: TypeAlias = OAuthFactor
LinkedInOAuthFactor: TypeAlias = OAuthFactor
ShopifyOAuthFactor: TypeAlias = OAuthFactor
SlackOAuthFactor: TypeAlias = OAuthFactor
SnapchatOAuthFactor: TypeAlias = OAuthFactor
SpotifyOAuthFactor: TypeAlias = OAuthFactor
SteamOAuthFactor: TypeAlias = OAuthFactor
TikTokOAuthFactor: TypeAlias = OAuthFactor
TwitchOAuthFactor: TypeAlias = OAuthFactor
TwitterOAuthFactor: TypeAlias = OAuthFactor
SalesforceOAuthFactor: TypeAlias = OAuthFactor
YahooOAuthFactor: TypeAlias = OAuthFactor
HubspotOAuthFactor: TypeAlias = OAuthFactor


@frozen
class OAuthExchangeFactor(Model):
    """An email address from the OAuth factor of another session."""

    email_id: str


SlackOAuthExchangeFactor: TypeAlias = OAuthExchangeFactor
HubspotOAuthExchangeFactor: TypeAlias = OAuthExchangeFactor
GithubOAuthExchangeFactor: TypeAlias = OAuthExchangeFactor
GoogleOAuthExchangeFactor: TypeAlias = OAuthExchangeFactor


@frozen
class SSOFactor(Model):
    """An identity at an SSO connection."""

    id: str
    provider_id: str
    """The connection's id."""
    external_id: str
    """The member's id at the identity provider."""


SAMLSSOFactor: TypeAlias = SSOFactor
OIDCSSOFactor: TypeAlias = SSOFactor


@frozen
class WebAuthnFactor(Model):
    """A passkey or security key."""

    webauthn_registration_id: str
    domain: str
    user_agent: str | None = None


@frozen
class AuthenticatorAppFactor(Model):
    """An authenticator app (TOTP)."""

    totp_id: str


@frozen
class RecoveryCodeFactor(Model):
    """A recovery code."""

    totp_recovery_code_id: str


@frozen
class CryptoWalletFactor(Model):
    """A crypto wallet."""

    crypto_wallet_id: str
    crypto_wallet_address: str
    crypto_wallet_type: str


@frozen
class EmbeddableMagicLinkFactor(Model):
    """A magic link that was not delivered by Stytch."""

    embedded_id: str


@frozen
class BiometricFactor(Model):
    """A biometric check by a device, such as a fingerprint."""

    biometric_registration_id: str


@frozen
class ImpersonatedFactor(Model):
    """An impersonation by a user of the Stytch workspace."""

    impersonator_id: str
    impersonator_email_address: str


@frozen
class OAuthAccessTokenExchangeFactor(Model):
    """A connected app whose access token was exchanged for a session."""

    client_id: str


@frozen
class TrustedAuthTokenFactor(Model):
    """A token of another identity system that the project trusts."""

    token_id: str
