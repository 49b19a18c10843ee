"""Webhook events: what happened to which object."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from stytch_b2b_async._logging import logger
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.scim_connection import SCIMConnection
from stytch_b2b_async.models.sso import OIDCConnection, SAMLConnection
from stytch_b2b_async.schema import SENSITIVE, Model, OpenEnum, converter, fields_of, frozen

WebhookAction: TypeAlias = OpenEnum[Literal["CREATE", "UPDATE", "DELETE"]]
"""What happened."""

WebhookObjectType: TypeAlias = OpenEnum[Literal["organization", "member", "saml_connection", "oidc_connection", "scim_connection"]]
"""The type of the object."""

WebhookSource: TypeAlias = OpenEnum[Literal["DIRECT", "DASHBOARD", "SCIM"]]
"""The origin of the change: the API or an SDK, Stytch's dashboard, an identity provider."""


@frozen
class WebhookPayload(Model):
    """The body of a webhook. A missing string is `""`."""

    project_id: str = ""
    event_id: str = ""
    """Identifies the event; the same in every delivery."""
    action: WebhookAction = ""
    object_type: WebhookObjectType = ""
    source: WebhookSource = ""
    id: str = ""
    """The id of the object that was created, updated or deleted."""
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
    """A change in the project, with the object's new state in the attribute of its type, unless it was deleted.

    Stytch omits some fields of objects in webhooks, such as a member's `is_locked` and `retired_email_addresses`: these are None,
    whatever their declared type. See https://stytch.com/docs/b2b/guides/webhooks.
    """

    message_id: str
    """The message id (`svix-id`), which is signed; the same in every delivery."""
    payload: Annotated[dict[str, Any], SENSITIVE]
    """The body as it was received, including unknown object types; not in the repr, because connections may contain secrets."""

    @property
    def event_type(self) -> str:
        """Stytch's name of the event, such as `dashboard.member.create`."""
        return f"{self.source}.{self.object_type}.{self.action}".lower()


def read_event(body: bytes, message_id: str) -> WebhookEvent | None:
    """Parse the body of a webhook, keeping what matches the declaration; None if it is not a JSON object."""
    loaded, payload = converter.loads(body, WebhookPayload), converter.loads_object(body)
    if loaded is None or payload is None:
        return None
    said, mismatches = loaded
    if mismatches:
        logger.debug("a webhook does not match its declaration: %s", mismatches)
    present = {field.name: getattr(said, field.name) for field in fields_of(WebhookPayload)}
    present = {name: value for name, value in present.items() if value is not None}
    return WebhookEvent(**present, message_id=message_id, payload=payload)
