"""Verify a token with the project's keys, fetched or from a file."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Never, cast

import attrs
import click

from stytch_b2b_async.cli.client import config_of, open_client
from stytch_b2b_async.cli.failures import reporting
from stytch_b2b_async.cli.settings import Settings
from stytch_b2b_async.client import Client
from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.verify import claims as claim_checks
from stytch_b2b_async.verify.claims import Kind
from stytch_b2b_async.verify.errors import BadSignatureError, TokenError, UnknownKeyError
from stytch_b2b_async.verify.jwt import ParsedToken
from stytch_b2b_async.verify.verifier import Verifier

from .checks import Check


@attrs.frozen
class Question:
    """What is to be verified."""

    text: str = attrs.field(repr=False)
    parsed: ParsedToken = attrs.field(repr=False)
    kind: Kind | None
    leeway: float
    max_age: float | None
    project_id: str | None
    jwks: Path | None


def verdict_of(question: Question, settings: Settings) -> tuple[TokenError | None, list[Check]]:
    """Return why the token is refused, None if it is valid, and the outcome of each check."""
    import asyncio

    if question.jwks is not None:
        project_id = question.project_id or config_of(settings).project_id
        base_url = None
    else:
        config = config_of(settings)
        project_id, base_url = config.project_id, config.base_url
    if project_id is None:
        raise click.UsageError("The project is unknown: pass --project-id with --jwks, or set STYTCH_PROJECT_ID.")
    with reporting():
        keys = _read(question.jwks) if question.jwks is not None else asyncio.run(_fetch(project_id, open_client(settings)))
        verdict = asyncio.run(_verdict(question, project_id, base_url, keys))
    return verdict, _checks(question, project_id, base_url, verdict)


async def _verdict(question: Question, project_id: str, base_url: str | None, keys: list[Any]) -> TokenError | None:
    from stytch_b2b_async.verify.options import Verification

    async def published() -> tuple[Iterable[Any], Mapping[str, str]]:
        return keys, {}

    async def nothing(*_: object) -> Never:
        raise AssertionError("no policy is needed to verify a token")

    verifier = Verifier(
        project_id,
        Verification(issuers=[] if base_url is None else [base_url]),
        fetch_keys=published,
        fetch_policy=nothing,
        fetch_org_policy=nothing,
    )
    flows: dict[Kind | None, Callable[..., Any]] = {
        "session": verifier.verify_session,
        "m2m": verifier.verify_m2m_token,
        "connected app": verifier.verify_access_token,
    }
    verify = flows.get(question.kind, verifier.verify_session)
    try:
        await run_async(verify(question.text, leeway=question.leeway, max_age=question.max_age))
    except TokenError as error:
        return error
    return None


async def _fetch(project_id: str, client: Client) -> list[Any]:
    async with client:
        return list((await client.sessions.get_jwks(project_id=project_id)).keys)


def _read(path: Path) -> list[Any]:
    try:
        found: Any = json.loads(path.read_bytes())
        return cast("list[Any]", found["keys"])
    except OSError as error:
        raise click.BadParameter(f"Cannot read {path}: {error.strerror}.", param_hint="--jwks") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise click.BadParameter(f"{path} is not a JSON Web Key Set.", param_hint="--jwks") from None


def _checks(question: Question, project_id: str, base_url: str | None, verdict: TokenError | None) -> list[Check]:
    claims = question.parsed.claims
    issuers = frozenset({f"stytch.com/{project_id}"} | ({base_url} if base_url else set[str]()))
    now = time.time()
    return [
        Check.of("signature", lambda: _raise_if(verdict, UnknownKeyError, BadSignatureError)),
        Check.of("validity period", lambda: claim_checks.times(claims).check(now, question.leeway, question.max_age)),
        Check.of("issuer", lambda: claim_checks.check_issuer(claims, issuers)),
        Check.of("audience", lambda: claim_checks.check_audience(claim_checks.audience(claims), frozenset({project_id}))),
        Check.of("kind", lambda: claim_checks.check_kind(claim_checks.kind_of(claims), question.kind or "session")),
    ]


def _raise_if(verdict: TokenError | None, *kinds: type[TokenError]) -> None:
    if isinstance(verdict, kinds):
        raise verdict
