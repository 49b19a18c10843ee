"""What a webhook tells: who did what to which object."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from stytch_b2b_async._logging import logger
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.scim_connection import SCIMConnection
from stytch_b2b_async.models.sso import OIDCConnection, SAMLConnection
from stytch_b2b_async.schema import Hidden, Model, OpenEnum, converter, fields_of, frozen

WebhookAction: TypeAlias = OpenEnum[Literal["CREATE", "UPDATE", "DELETE"]]
"""What happened."""

WebhookObjectType: TypeAlias = OpenEnum[Literal["organization", "member", "saml_connection", "oidc_connection", "scim_connection"]]
"""What it happened to."""

WebhookSource: TypeAlias = OpenEnum[Literal["DIRECT", "DASHBOARD", "SCIM"]]
"""Where it came from: the API or an SDK, the vendor's dashboard, an identity provider."""


@frozen
class WebhookPayload(Model):
    """What the body of a webhook says. A string that it leaves out is `""`."""

    project_id: str = ""
    event_id: str = ""
    """The same whenever the event is delivered again."""
    action: WebhookAction = ""
    object_type: WebhookObjectType = ""
    source: WebhookSource = ""
    id: str = ""
    """Of the object that was created, updated or deleted."""
    vertical: str = ""
    """`B2B`."""
    timestamp: datetime | None = None
    member: Member | None = None
    organization: Organization | None = None
    saml_connection: SAMLConnection | None = None
    oidc_connection: OIDCConnection | None = None
    scim_connection: SCIMConnection | None = None


@frozen
class WebhookEvent(WebhookPayload):
    """Something that happened in the project, and the object as it is now: under its kind's name, unless it was deleted.

    The vendor leaves some fields out of the objects in webhooks, such as a member's `is_locked` and `retired_email_addresses`:
    those are None, whatever their type says. See https://stytch.com/docs/b2b/guides/webhooks.
    """

    message_id: str
    """Of the delivery, and the same when it is repeated; it is signed too."""
    payload: Annotated[dict[str, Any], Hidden.SECRET]
    """The body as it came, kinds of objects among it that have no field here; not shown, as a connection may hold secrets."""

    @property
    def event_type(self) -> str:
        """The vendor's name of the event, such as `dashboard.member.create`."""
        return f"{self.source}.{self.object_type}.{self.action}".lower()


def read_event(body: bytes, message_id: str) -> WebhookEvent | None:
    """Read the body of a webhook, whatever fits; None when it is not a JSON object."""
    loaded, payload = converter.loads(body, WebhookPayload), converter.loads_object(body)
    if loaded is None or payload is None:
        return None
    said, mismatches = loaded
    if mismatches:
        logger.debug("a webhook does not fit its declaration: %s", mismatches)
    present = {field.name: getattr(said, field.name) for field in fields_of(WebhookPayload)}
    present = {name: value for name, value in present.items() if value is not None}
    return WebhookEvent(**present, message_id=message_id, payload=payload)
