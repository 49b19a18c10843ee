"""What Stytch's device fingerprinting knows of the device at hand."""

from datetime import datetime

from stytch_b2b_async.schema import Model, frozen


@frozen
class DeviceAttributeDetails(Model):
    """How well a trait of the device is known for this member."""

    is_new: bool
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None


@frozen
class DeviceInfo(Model):
    """The device that a `telemetry_id` stands for."""

    visitor_id: str
    visitor_id_details: DeviceAttributeDetails | None = None
    ip_address: str | None = None
    ip_address_details: DeviceAttributeDetails | None = None
    ip_geo_city: str | None = None
    ip_geo_region: str | None = None
    ip_geo_country: str | None = None
    ip_geo_country_details: DeviceAttributeDetails | None = None
