"""Responses shared by several endpoints of a connected app."""

from __future__ import annotations

from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.models.connected_apps import ConnectedApp
from stytch_b2b_async.schema import frozen


@frozen
class ConnectedAppResponse(Response):
    """A connected app."""

    connected_app: ConnectedApp
