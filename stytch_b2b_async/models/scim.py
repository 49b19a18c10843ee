"""A member as an identity provider keeps it, in the terms of SCIM (RFC 7643)."""

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
    """One of several values of an attribute, such as an address or a photo: SCIM gives most of them this shape."""

    value: str
    type: str
    """What it is for, such as `work`."""
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
    """Its id there."""
    display: str


@frozen
class Manager(Model):
    """The member's manager."""

    value: str
    """Their id at the identity provider."""
    ref: str
    display_name: str


@frozen
class EnterpriseExtension(Model):
    """What SCIM's enterprise extension adds to a person."""

    employee_number: str
    cost_center: str
    division: str
    department: str
    organization: str
    manager: Manager | None = None


@frozen
class SCIMAttributes(Model):
    """Everything that the identity provider sent about a member."""

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
