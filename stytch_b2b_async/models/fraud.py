"""What is known of a visitor's device and network, of an email address, and what the project makes of it."""

from datetime import datetime

from stytch_b2b_async.schema import Model, frozen

from .enums import RuleAction, RuleType, VerdictAction


@frozen
class Metadata(Model):
    """The caller's own names for who did what, to find a lookup again in the dashboard.

    Each at most 65 characters of `A-Z a-z 0-9 _ - + . @`.
    """

    external_id: str | None = None
    """Such as the id of a user."""
    organization_id: str | None = None
    user_action: str | None = None
    """Such as `login`."""


@frozen
class Fingerprints(Model):
    """Names of a device, from the one that most visitors share to the one that is a visitor's own."""

    network_fingerprint: str
    """How the device speaks TLS."""
    hardware_fingerprint: str
    """Its operating system and architecture."""
    browser_fingerprint: str
    """The browser and its version."""
    visitor_fingerprint: str
    """The visitor, as far as can be told without a cookie."""
    visitor_id: str | None = None
    """The visitor, by a cookie."""
    browser_id: str | None = None
    """Made of the visitor's id and the network fingerprint."""


@frozen
class VerdictReasonOverride(Model):
    """A reason that the project weighs differently, and what it led to."""

    verdict_reason: str
    override_action: VerdictAction


@frozen
class Verdict(Model):
    """What to do with a visitor, and why."""

    action: VerdictAction
    reasons: list[str]
    """Such as `VIRTUAL_MACHINE`, or `RULE_MATCH` for a rule of the project."""
    detected_device_type: str
    """Operating system and architecture."""
    is_authentic_device: bool
    """False when the hardware or the browser pretends to be another."""
    verdict_reason_overrides: list[VerdictReasonOverride]
    rule_match_type: RuleType | None = None
    """Which kind of rule matched, when one did."""
    rule_match_identifier: str | None = None
    """What the rule that matched goes by, such as a visitor's id."""


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
    """Where an IP address is."""

    city: str
    region: str
    country: str


@frozen
class NetworkProperties(Model):
    """Where a visitor comes from."""

    ip_address: str
    asn: ASNProperties
    ip_geolocation: IPGeoProperties
    is_proxy: bool
    is_vpn: bool


@frozen
class BrowserProperties(Model):
    """What the browser says it is."""

    user_agent: str


@frozen
class Properties(Model):
    """What is known of a visitor's network and browser."""

    network_properties: NetworkProperties
    browser_properties: BrowserProperties


@frozen
class Rule(Model):
    """A verdict that the project has settled in advance; one of the identifiers says for whom."""

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
    """None for a rule that stays."""
    last_updated_at: datetime | None = None
    """None for a rule that never changed."""


@frozen
class VerdictReasonAction(Model):
    """What a reason leads to."""

    verdict_reason: str
    default_action: VerdictAction
    override_action: VerdictAction | None = None
    """What it leads to in this project instead."""
    override_created_at: datetime | None = None
    override_description: str | None = None


@frozen
class AddressInformation(Model):
    """What speaks for and against an email address."""

    has_known_bounces: bool
    has_valid_syntax: bool
    is_suspected_role_address: bool
    """Seems to belong to a function rather than a person, like `support@`."""
    normalized_email: str
    tumbling_character_count: int
    """How many `.` and `+` it has: many hint at one mailbox under many names."""


@frozen
class DomainInformation(Model):
    """What speaks for and against the domain of an email address."""

    has_mx_or_a_record: bool
    is_disposable_domain: bool
    """Whether the domain offers disposable addresses."""
