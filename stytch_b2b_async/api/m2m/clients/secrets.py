"""Rotation of a machine-to-machine client's secret."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.m2m import M2MClientWithNextClientSecret
from stytch_b2b_async.schema import InPath, frozen

from ._responses import M2MClientResponse


@frozen
class RotateStartResponse(Response):
    """The client, with its next secret."""

    m2m_client: M2MClientWithNextClientSecret


@post("/v1/m2m/clients/{client_id}/secrets/rotate/start", Effect.ACTS_ONCE)
class RotateStart(Request[RotateStartResponse]):
    """Start the rotation of a machine-to-machine client's secret: create a second one; both are valid until it ends.

    The new secret is only in this response. Continue with `rotate` once it is in use everywhere, or with
    `rotate_cancel`.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_already_rotating_secret`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/rotate-secret/start-secret-rotation.
    """

    client_id: InPath


@post("/v1/m2m/clients/{client_id}/secrets/rotate/cancel", Effect.REPEATABLE)
class RotateCancel(Request[M2MClientResponse]):
    """Cancel the rotation of a machine-to-machine client's secret: delete the new one.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_not_rotating_secret`).
    See https://stytch.com/docs/b2b/api/m2m-rotate-secret-cancel.
    """

    client_id: InPath


@post("/v1/m2m/clients/{client_id}/secrets/rotate", Effect.ACTS_ONCE)
class Rotate(Request[M2MClientResponse]):
    """Complete the rotation of a machine-to-machine client's secret: only the new one is valid from now on.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_not_rotating_secret`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/rotate-secret/rotate-secret.
    """

    client_id: InPath


class M2MClientsSecrets(Namespace[Mode]):
    """Rotation of a machine-to-machine client's secret."""

    rotate_start: Final = Endpoint(RotateStart)
    rotate_cancel: Final = Endpoint(RotateCancel)
    rotate: Final = Endpoint(Rotate)
