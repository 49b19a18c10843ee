"""What the SSO settings of an organization may say."""

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.models.organization import Organization


def check_sso_settings(before: Organization, after: Organization) -> None:
    """Reject changed settings that name connections which are not active."""
    active = {connection.connection_id for connection in after.sso_active_connections}
    default = after.sso_default_connection_id
    if default and default != before.sso_default_connection_id and default not in active:
        raise EmulatedError("invalid_sso_default_connection_id", "sso_default_connection_id must be an active connection.")
    allowed = after.sso_jit_provisioning_allowed_connections
    unknown = set(allowed) - set(before.sso_jit_provisioning_allowed_connections) - active
    if unknown or (_is_restricted(after) and not _is_restricted(before) and not allowed):
        message = "RESTRICTED sso_jit_provisioning needs sso_jit_provisioning_allowed_connections, which must be active."
        raise EmulatedError("invalid_restricted_sso_setting", message)


def _is_restricted(organization: Organization) -> bool:
    return organization.sso_jit_provisioning == "RESTRICTED"
