"""Changing a machine-to-machine client's secret while it is in use."""

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
    """Make a second secret for a machine-to-machine client; both are valid until the rotation ends.

    The new secret is only in this response. Continue with `rotate` once it is in use everywhere, or with
    `rotate_cancel`.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_already_rotating_secret`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/rotate-secret/start-secret-rotation.
    """

    client_id: InPath


@post("/v1/m2m/clients/{client_id}/secrets/rotate/cancel", Effect.REPEATABLE)
class RotateCancel(Request[M2MClientResponse]):
    """Throw away the new secret of a machine-to-machine client, and keep the old one.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_not_rotating_secret`).
    See https://stytch.com/docs/b2b/api/m2m-rotate-secret-cancel.
    """

    client_id: InPath


@post("/v1/m2m/clients/{client_id}/secrets/rotate", Effect.ACTS_ONCE)
class Rotate(Request[M2MClientResponse]):
    """End the old secret of a machine-to-machine client: from now on only the new one is valid.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_not_rotating_secret`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/rotate-secret/rotate-secret.
    """

    client_id: InPath


class M2MClientsSecrets(Namespace[Mode]):
    """Changing a machine-to-machine client's secret while it is in use."""

    rotate_start: Final = Endpoint(RotateStart)
    rotate_cancel: Final = Endpoint(RotateCancel)
    rotate: Final = Endpoint(Rotate)
