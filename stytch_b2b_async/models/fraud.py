"""Fraud signals of a visitor's device, network and email address, and the verdict."""

from datetime import datetime

from stytch_b2b_async.schema import Model, frozen

from .enums import RuleAction, RuleType, VerdictAction


@frozen
class Metadata(Model):
    """Your own identifiers of user and action, to find a lookup in the dashboard.

    Each at most 65 characters of `A-Z a-z 0-9 _ - + . @`.
    """

    external_id: str | None = None
    """Such as a user's id."""
    organization_id: str | None = None
    user_action: str | None = None
    """Such as `login`."""


@frozen
class Fingerprints(Model):
    """Fingerprints of a visitor's network, device, browser and of the visitor."""

    network_fingerprint: str
    """Derived from the TLS handshake."""
    hardware_fingerprint: str
    """Derived from operating system and architecture."""
    browser_fingerprint: str
    """Derived from the browser and its version."""
    visitor_fingerprint: str
    """Identifies the visitor, as far as possible without a cookie."""
    visitor_id: str | None = None
    """Identifies the visitor by a cookie."""
    browser_id: str | None = None
    """Derived from the visitor id and the network fingerprint."""


@frozen
class VerdictReasonOverride(Model):
    """A verdict reason that the project overrides, and its default action."""

    verdict_reason: str
    override_action: VerdictAction


@frozen
class Verdict(Model):
    """The recommended action for a visitor, and its reasons."""

    action: VerdictAction
    reasons: list[str]
    """Such as `VIRTUAL_MACHINE`, or `RULE_MATCH` for a rule of the project."""
    detected_device_type: str
    """Operating system and architecture."""
    is_authentic_device: bool
    """False if hardware or browser are spoofed."""
    verdict_reason_overrides: list[VerdictReasonOverride]
    rule_match_type: RuleType | None = None
    """The type of the rule that matched, if any."""
    rule_match_identifier: str | None = None
    """The identifier of the rule that matched, such as a visitor id."""


@frozen
class ASNProperties(Model):
    """An autonomous system: a network under one operator."""

    asn: str
    """Its number."""
    name: str
    network: str
    """In CIDR form."""


@frozen
class IPGeoProperties(Model):
    """The location of an IP address."""

    city: str
    region: str
    country: str


@frozen
class NetworkProperties(Model):
    """The visitor's network."""

    ip_address: str
    asn: ASNProperties
    ip_geolocation: IPGeoProperties
    is_proxy: bool
    is_vpn: bool


@frozen
class BrowserProperties(Model):
    """The visitor's browser, as it identifies itself."""

    user_agent: str


@frozen
class Properties(Model):
    """The visitor's network and browser."""

    network_properties: NetworkProperties
    browser_properties: BrowserProperties


@frozen
class Rule(Model):
    """A rule that determines a verdict in advance; one of the identifiers is set."""

    rule_type: RuleType
    action: RuleAction
    created_at: datetime
    visitor_id: str | None = None
    browser_id: str | None = None
    visitor_fingerprint: str | None = None
    browser_fingerprint: str | None = None
    hardware_fingerprint: str | None = None
    network_fingerprint: str | None = None
    cidr_block: str | None = None
    country_code: str | None = None
    asn: str | None = None
    description: str | None = None
    expires_at: datetime | None = None
    """None for a rule that does not expire."""
    last_updated_at: datetime | None = None
    """None for a rule that was never changed."""


@frozen
class VerdictReasonAction(Model):
    """A verdict reason and its action."""

    verdict_reason: str
    default_action: VerdictAction
    override_action: VerdictAction | None = None
    """The project's override of the default action."""
    override_created_at: datetime | None = None
    override_description: str | None = None


@frozen
class AddressInformation(Model):
    """Risk signals of an email address."""

    has_known_bounces: bool
    has_valid_syntax: bool
    is_suspected_role_address: bool
    """Whether it seems to belong to a role rather than a person, like `support@`."""
    normalized_email: str
    tumbling_character_count: int
    """The number of `.` and `+`, which can hint at many aliases of one mailbox."""


@frozen
class DomainInformation(Model):
    """Risk signals of the domain of an email address."""

    has_mx_or_a_record: bool
    is_disposable_domain: bool
    """Whether the domain provides disposable email addresses."""
