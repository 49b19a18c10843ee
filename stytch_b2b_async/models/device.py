"""The device of a login, from Stytch's device fingerprinting."""

from datetime import datetime

from stytch_b2b_async.schema import Model, frozen


@frozen
class DeviceAttributeDetails(Model):
    """Whether and when a property of the device was seen before for this member."""

    is_new: bool
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None


@frozen
class DeviceInfo(Model):
    """The device that a `telemetry_id` identifies."""

    visitor_id: str
    visitor_id_details: DeviceAttributeDetails | None = None
    ip_address: str | None = None
    ip_address_details: DeviceAttributeDetails | None = None
    ip_geo_city: str | None = None
    ip_geo_region: str | None = None
    ip_geo_country: str | None = None
    ip_geo_country_details: DeviceAttributeDetails | None = None
