"""Rotation of a connected app's secret."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.connected_apps import ConnectedAppWithNextClientSecret
from stytch_b2b_async.schema import InPath, frozen

from ._responses import ConnectedAppResponse


@frozen
class RotateStartResponse(Response):
    """The app, with its next secret."""

    connected_app: ConnectedAppWithNextClientSecret


@post("/v1/connected_apps/clients/{client_id}/secrets/rotate/start", Effect.ACTS_ONCE)
class RotateStart(Request[RotateStartResponse]):
    """Start the rotation of a connected app's secret: create a second one; both are valid until it ends.

    The new secret is only in this response. Continue with `rotate` once it is in use everywhere, or with
    `rotate_cancel`.

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`connected_app_already_rotating_secret`,
    `public_connected_apps_do_not_have_secrets`).
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/rotate-secret/start-secret-rotation.
    """

    client_id: InPath


@post("/v1/connected_apps/clients/{client_id}/secrets/rotate/cancel", Effect.REPEATABLE)
class RotateCancel(Request[ConnectedAppResponse]):
    """Cancel the rotation of a connected app's secret: delete the new one.

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`connected_app_not_rotating_secret`).
    See https://stytch.com/docs/api-reference/consumer/api/connected-apps/rotate-secret/cancel-secret-rotation.
    """

    client_id: InPath


@post("/v1/connected_apps/clients/{client_id}/secrets/rotate", Effect.ACTS_ONCE)
class Rotate(Request[ConnectedAppResponse]):
    """Complete the rotation of a connected app's secret: only the new one is valid from now on.

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`connected_app_not_rotating_secret`).
    See https://stytch.com/docs/api/connected-apps-rotate-secret.
    """

    client_id: InPath


class ConnectedAppClientsSecrets(Namespace[Mode]):
    """Rotation of a connected app's secret."""

    rotate_start: Final = Endpoint(RotateStart)
    rotate_cancel: Final = Endpoint(RotateCancel)
    rotate: Final = Endpoint(Rotate)
