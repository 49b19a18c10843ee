"""A member's SCIM attributes (RFC 7643), from the identity provider."""

from typing import TypeAlias

from stytch_b2b_async.schema import Model, frozen


@frozen
class Name(Model):
    """A person's name and its parts."""

    formatted: str
    family_name: str
    given_name: str
    middle_name: str
    honorific_prefix: str
    honorific_suffix: str


@frozen
class MultiValued(Model):
    """One value of a multi-valued SCIM attribute, such as a photo."""

    value: str
    type: str
    """The type of the value, such as `work`."""
    primary: bool


Email: TypeAlias = MultiValued
PhoneNumber: TypeAlias = MultiValued
IMs: TypeAlias = MultiValued
Photo: TypeAlias = MultiValued
Entitlement: TypeAlias = MultiValued
Role: TypeAlias = MultiValued
ScimX509Certificate: TypeAlias = MultiValued


@frozen
class Address(Model):
    """A postal address."""

    formatted: str
    street_address: str
    locality: str
    region: str
    postal_code: str
    country: str
    type: str
    primary: bool


@frozen
class Group(Model):
    """A group that the member belongs to at the identity provider."""

    value: str
    """The group's id at the identity provider."""
    display: str


@frozen
class Manager(Model):
    """The member's manager."""

    value: str
    """The manager's id at the identity provider."""
    ref: str
    display_name: str


@frozen
class EnterpriseExtension(Model):
    """Attributes of SCIM's enterprise extension."""

    employee_number: str
    cost_center: str
    division: str
    department: str
    organization: str
    manager: Manager | None = None


@frozen
class SCIMAttributes(Model):
    """All SCIM attributes of a member."""

    user_name: str
    id: str
    external_id: str
    active: bool
    groups: list[Group]
    display_name: str
    nick_name: str
    profile_url: str
    user_type: str
    title: str
    preferred_language: str
    locale: str
    timezone: str
    emails: list[MultiValued]
    phone_numbers: list[MultiValued]
    addresses: list[Address]
    ims: list[MultiValued]
    photos: list[MultiValued]
    entitlements: list[MultiValued]
    roles: list[MultiValued]
    x509certificates: list[MultiValued]
    name: Name | None = None
    enterprise_extension: EnterpriseExtension | None = None


@frozen
class SCIMRegistration(Model):
    """A member's registration with a SCIM connection."""

    connection_id: str
    registration_id: str
    external_id: str | None = None
    scim_attributes: SCIMAttributes | None = None
