"""Responses shared by several endpoints of a machine-to-machine client."""

from __future__ import annotations

from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.models.m2m import M2MClient
from stytch_b2b_async.schema import frozen


@frozen
class M2MClientResponse(Response):
    """A machine-to-machine client."""

    m2m_client: M2MClient
