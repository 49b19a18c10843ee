"""Secrets of OAuth clients, and their rotation."""

import secrets as random
from typing import TypeVar

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import digest
from stytch_b2b_async.emulator.state.oauth_clients import ClientSecrets
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.connected_apps import ConnectedApp
from stytch_b2b_async.models.m2m import M2MClient

C = TypeVar("C", M2MClient, ConnectedApp)


def new_client_secret() -> str:
    """Create a secret: 52 characters of base64url."""
    return random.token_urlsafe(39)


def hashed(secret: str | None) -> ClientSecrets:
    """Return the stored form of a new client's secret; None for a public client."""
    return ClientSecrets(digest(secret) if secret else None)


def start_rotation(client: C, held: ClientSecrets, kind: str) -> tuple[C, ClientSecrets, str]:
    """Add a second secret; return the client, the stored secrets and the new one. `kind` is the prefix of error types."""
    if held.following is not None:
        raise EmulatedError(f"{kind}_already_rotating_secret", "The client's secret is being rotated.")
    secret = new_client_secret()
    return evolve(client, next_client_secret_last_four=secret[-4:]), attrs.evolve(held, following=digest(secret)), secret


def end_rotation(client: C, held: ClientSecrets, kind: str) -> tuple[C, ClientSecrets]:
    """Make the second secret the only one."""
    _require_rotation(held, kind)
    client = evolve(client, client_secret_last_four=client.next_client_secret_last_four, next_client_secret_last_four=None)
    return client, ClientSecrets(held.following)


def cancel_rotation(client: C, held: ClientSecrets, kind: str) -> tuple[C, ClientSecrets]:
    """Forget the second secret."""
    _require_rotation(held, kind)
    return evolve(client, next_client_secret_last_four=None), ClientSecrets(held.current)


def _require_rotation(held: ClientSecrets, kind: str) -> None:
    if held.following is None:
        raise EmulatedError(f"{kind}_not_rotating_secret", "The client's secret is not being rotated.")
