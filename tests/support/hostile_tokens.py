"""A table of forged and altered tokens, with the error that each must raise."""

import hmac
import json
import string
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, TypeAlias

from stytch_b2b_async import (
    BadSignatureError,
    MalformedTokenError,
    TokenError,
    TokenExpiredError,
    TokenNotYetValidError,
    UnknownKeyError,
    WrongAudienceError,
    WrongIssuerError,
    WrongTokenKindError,
)
from stytch_b2b_async.verify.jwt import MAX_KEY_ID, MAX_TOKEN
from support.tokens import (
    KEY_ID,
    MEMBER_ID,
    MISSING,
    ORGANIZATION,
    ORGANIZATION_ID,
    PROJECT_ID,
    SESSION,
    Signer,
    base64url,
    session_claims,
    without_missing,
)

OTHER_PROJECT_ID = "project-test-22222222-2222-4222-8222-222222222222"


NOW = int(time.time())
DAY = 86_400  # longer than any run of the tests


HUGE = 10**400


DEEP = 5_000


BASE64URL = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


Refused: TypeAlias = type[TokenError]


Attack: TypeAlias = tuple[Callable[[Signer, Signer], object], Refused]


"""(what makes the token of the project's key and a stranger's, why it is refused where a session is asked for)"""


# The header


def unsigned(signer: Signer, **header: Any) -> str:
    """Leave the signature out."""
    return signer.token(session_claims(), **header).rpartition(".")[0] + "."


def with_public_key_as_secret(signer: Signer) -> str:
    """Sign with HMAC, the public key for a secret: the classic confusion."""
    signed = signer.token(session_claims(), alg="HS256").rpartition(".")[0]
    secret: bytes = signer.key.as_pem(private=False)
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), 'sha256'))}"


def resigned_header(**header: Any) -> Callable[[Signer, Signer], str]:
    return lambda signer, _: signer.token(session_claims(), **header)


def raw_header(header: bytes) -> Callable[[Signer, Signer], str]:
    return lambda signer, _: signer.raw(header, json.dumps(session_claims()).encode())


HEADERS: dict[str, Attack] = {
    "alg none": (lambda signer, _: unsigned(signer, alg="none"), MalformedTokenError),
    "alg None, signed all the same": (resigned_header(alg="None"), MalformedTokenError),
    "alg null": (resigned_header(alg=None), MalformedTokenError),
    "no alg": (resigned_header(alg=MISSING), MalformedTokenError),
    "alg empty": (resigned_header(alg=""), MalformedTokenError),
    "alg in lower case": (resigned_header(alg="rs256"), MalformedTokenError),
    "alg with a space": (resigned_header(alg="RS256 "), MalformedTokenError),
    "alg a list": (resigned_header(alg=["RS256"]), MalformedTokenError),
    "alg a number": (resigned_header(alg=256), MalformedTokenError),
    **{f"alg {name}": (resigned_header(alg=name), MalformedTokenError) for name in ("HS256", "RS384", "RS512", "PS256", "ES256")},
    "HS256 with the public key": (lambda signer, _: with_public_key_as_secret(signer), MalformedTokenError),
    "the kid of another key": (lambda _, stranger: stranger.token(session_claims(), kid=KEY_ID), BadSignatureError),
    "a key that nobody published": (lambda _, stranger: stranger.token(session_claims()), UnknownKeyError),
    "no kid": (resigned_header(kid=MISSING), MalformedTokenError),
    **{
        f"kid {kid!r}"[:40]: (resigned_header(kid=kid), MalformedTokenError)
        for kid in (None, "", 0, 1, True, 1.5, [], [KEY_ID], {}, {"kid": KEY_ID}, "k" * (MAX_KEY_ID + 1), "k" * 20_000, "ключ")
    },
    **{
        f"kid {kid!r}"[:40]: (resigned_header(kid=kid), UnknownKeyError)
        for kid in ("k", "k" * MAX_KEY_ID, KEY_ID.upper(), f" {KEY_ID}", f"{KEY_ID}\0", "../../etc/passwd", "' or 1=1 --", "{}")
    },
    "crit": (resigned_header(crit=["exp"]), MalformedTokenError),
    "crit empty": (resigned_header(crit=[]), MalformedTokenError),
    "crit null": (resigned_header(crit=None), MalformedTokenError),
    "jku elsewhere": (lambda _, stranger: stranger.token(session_claims(), jku="https://example.com/jwks"), UnknownKeyError),
    "a key of its own": (lambda _, stranger: stranger.token(session_claims(), jwk=stranger.published), UnknownKeyError),
    "header a list": (raw_header(b"[]"), MalformedTokenError),
    "header a string": (raw_header(b'"RS256"'), MalformedTokenError),
    "header null": (raw_header(b"null"), MalformedTokenError),
    "header no JSON": (raw_header(b"{alg:RS256}"), MalformedTokenError),
    "header half a surrogate": (raw_header(b'{"alg":"RS256","kid":"\\ud800"}'), MalformedTokenError),
    "header no UTF-8": (raw_header(b'{"alg":"RS256","kid":"\xff"}'), MalformedTokenError),
    "header nested deep": (raw_header(b'{"x":' + b"[" * DEEP + b"]" * DEEP + b"}"), MalformedTokenError),
    "two algs": (raw_header(b'{"alg":"RS256","kid":"k","alg":"none"}'), MalformedTokenError),
    "two algs, the right one last": (raw_header(b'{"alg":"none","kid":"k","alg":"RS256"}'), UnknownKeyError),
}


# The claims: each missing, null, retyped and huge


JUNK: Mapping[str, Any] = {
    "null": None,
    "True": True,
    "empty": "",
    "text": "junk",
    "digits": "1",
    "negative": -1,
    "zero": 0,
    "fraction": 0.5,
    "past the end of time": 1e300,
    "huge": HUGE,
    "long": "x" * 10_000,
    "list": [],
    "list of null": [None],
    "list of numbers": [1],
    "list of lists": [[]],
    "object": {},
    "odd object": {"a": 1},
}


TIMES = ("exp", "iat", "nbf")


TEXTS = frozenset({"empty", "text", "digits", "long"})


ALLOWED: Mapping[str, frozenset[str]] = {  # what is not junk there
    "exp": frozenset(),
    "iat": frozenset({"zero", "fraction"}),
    "nbf": frozenset({"zero", "fraction"}),
    "sub": TEXTS - {"empty"},
    "id": TEXTS,
    "roles": frozenset({"list"}),
    "authentication_factors": frozenset({"list", "list of null", "list of numbers", "list of lists", "object in a list"}),
    "organization_id": TEXTS - {"empty"},
    "slug": TEXTS | {"null"},
    "expires_at": frozenset({"null"}),  # and old tokens lack it
}


IN_SESSION = ("id", "started_at", "last_accessed_at", "expires_at", "authentication_factors", "roles")


IN_ORGANIZATION = ("organization_id", "slug")


OPTIONAL = frozenset({"expires_at", "roles", "slug"})


def claimed(**changes: Any) -> Callable[[Signer, Signer], str]:
    return lambda signer, _: signer.token(session_claims(**changes))


def junk_for(name: str) -> Iterator[tuple[str, Any]]:
    """List what a claim cannot be."""
    kinds = JUNK if name in OPTIONAL else {"missing": MISSING, **JUNK}
    return ((what, junk) for what, junk in kinds.items() if what not in ALLOWED.get(name, ()))


def claims_attacks() -> Iterator[tuple[str, Attack]]:
    for name in (*TIMES, "sub", "iss", "aud", SESSION, ORGANIZATION):
        for what, junk in junk_for(name):
            yield f"{name} {what}", (claimed(**{name: junk}), _why(name, what))
    for name in IN_SESSION:
        for what, junk in junk_for(name):
            yield f"session {name} {what}", (claimed(session={name: junk}), MalformedTokenError)
    for name in IN_ORGANIZATION:
        for what, junk in junk_for(name):
            organization = without_missing({"organization_id": ORGANIZATION_ID, "slug": "acme", name: junk})
            yield f"organization {name} {what}", (claimed(**{ORGANIZATION: organization}), MalformedTokenError)


def _why(name: str, what: str) -> Refused:
    if name == "exp" and what in {"zero", "fraction"}:
        return TokenExpiredError
    if name == SESSION and what == "missing":
        return WrongTokenKindError
    reasons: dict[str, Refused] = {"iss": WrongIssuerError, "aud": WrongAudienceError}
    return reasons.get(name, MalformedTokenError)


CLAIMS: dict[str, Attack] = {
    **dict(claims_attacks()),
    "expired": (claimed(exp=NOW - 1, iat=NOW - 301, nbf=NOW - 301), TokenExpiredError),
    "from the future": (claimed(nbf=NOW + DAY, exp=NOW + 2 * DAY), TokenNotYetValidError),
    "made in the future": (claimed(iat=NOW + DAY, exp=NOW + 2 * DAY), TokenNotYetValidError),
    "exp NaN": (lambda signer, _: signer.token(with_text(exp="NaN")), MalformedTokenError),
    "exp Infinity": (lambda signer, _: signer.token(with_text(exp="Infinity")), MalformedTokenError),
    "exp 1e400": (lambda signer, _: signer.token(with_text(exp="1e400")), MalformedTokenError),
    "exp of five thousand digits": (lambda signer, _: signer.token(with_text(exp="9" * 5_000)), MalformedTokenError),
    "two exps": (lambda signer, _: signer.token(with_text(exp='9,"exp":"x"')), MalformedTokenError),
    "the issuer of another project": (claimed(iss=f"stytch.com/{OTHER_PROJECT_ID}"), WrongIssuerError),
    "an issuer that begins the same": (claimed(iss=f"stytch.com/{PROJECT_ID}.example.com"), WrongIssuerError),
    "an issuer with a slash": (claimed(iss=f"stytch.com/{PROJECT_ID}/"), WrongIssuerError),
    "an issuer in upper case": (claimed(iss=f"STYTCH.COM/{PROJECT_ID}"), WrongIssuerError),
    "several issuers": (claimed(iss=[f"stytch.com/{PROJECT_ID}"]), WrongIssuerError),
    "the audience of another project": (claimed(aud=[OTHER_PROJECT_ID]), WrongAudienceError),
    "an audience that begins the same": (claimed(aud=[PROJECT_ID + "0"]), WrongAudienceError),
    "an audience in a nested list": (claimed(aud=[[PROJECT_ID]]), WrongAudienceError),
    "an audience as a key": (claimed(aud={PROJECT_ID: True}), WrongAudienceError),
    "another project's token": (
        lambda _, stranger: stranger.token(session_claims(iss=f"stytch.com/{OTHER_PROJECT_ID}", aud=[OTHER_PROJECT_ID])),
        WrongIssuerError,
    ),
    "payload a list": (lambda signer, _: signer.token([session_claims()]), MalformedTokenError),
    "payload a string": (lambda signer, _: signer.token("claims"), MalformedTokenError),
    "payload a number": (lambda signer, _: signer.token(1), MalformedTokenError),
    "payload null": (lambda signer, _: signer.token(None), MalformedTokenError),
    "payload no JSON": (lambda signer, _: signer.token(b"claims"), MalformedTokenError),
    "payload half a surrogate": (lambda signer, _: signer.token(b'{"sub":"\\ud800"}'), MalformedTokenError),
    "payload no UTF-8": (lambda signer, _: signer.token(b'{"sub":"\xff"}'), MalformedTokenError),
    "payload with a byte-order mark": (
        lambda signer, _: signer.token(b"\xef\xbb\xbf" + json.dumps(session_claims()).encode()),
        MalformedTokenError,
    ),
    "payload nested deep": (lambda signer, _: signer.token(with_text(x="[" * DEEP + "]" * DEEP)), MalformedTokenError),
    "payload nested to the edge": (lambda signer, _: signer.token(with_text(x="[" * 900 + "]" * 900)), MalformedTokenError),
    "payload of objects in objects": (lambda signer, _: signer.token(with_text(x='{"a":' * 600 + "1" + "}" * 600)), TokenError),
}


def with_text(**values: str) -> bytes:
    """Write claims of which one is text that json would not write."""
    claims = json.dumps({**session_claims(), **dict.fromkeys(values, "here")}, separators=(",", ":"))
    for name, text in values.items():
        claims = claims.replace(f'"{name}":"here"', f'"{name}":{text}')
    return claims.encode()


# The text: stripped, altered, padded, cut


def altered(change: Callable[[str], object]) -> Callable[[Signer, Signer], object]:
    return lambda signer, _: change(signer.token(session_claims()))


def part(index: int, change: Callable[[str], str]) -> Callable[[Signer, Signer], object]:
    def changed(token: str) -> str:
        parts = token.split(".")
        parts[index] = change(parts[index])
        return ".".join(parts)

    return altered(changed)


def led_by(text: str) -> Callable[[Signer, Signer], object]:
    return altered(lambda token: text + token)


def followed_by(text: str, index: int | None = None) -> Callable[[Signer, Signer], object]:
    return altered(lambda token: token + text) if index is None else part(index, lambda inner: inner + text)


def cut(start: int, end: int | None = None) -> Callable[[Signer, Signer], object]:
    return altered(lambda token: token[start:end])


def flipped(at: int) -> Callable[[str], str]:
    def flip(text: str) -> str:
        position = at % len(text)
        return text[:position] + ("A" if text[position] != "A" else "B") + text[position + 1 :]

    return flip


PARTS = ("header", "payload", "signature")


SPACES: Mapping[str, str] = {
    "a space": " ",
    "a line's end": "\n",
    "a tab": "\t",
    "NUL": "\0",
    "a quote": '"',
    "a no-break space": "\xa0",
    "a surrogate": "\ud800",
    "an emoji": "🙈",
    "a dot": ".",
}


TEXT: dict[str, Attack] = {
    "nothing": (lambda *_: None, MalformedTokenError),
    "empty": (lambda *_: "", MalformedTokenError),
    "a dot": (lambda *_: ".", MalformedTokenError),
    "two dots": (lambda *_: "..", MalformedTokenError),
    "bytes": (altered(str.encode), MalformedTokenError),
    "a number": (lambda *_: 1, MalformedTokenError),
    "a list": (altered(lambda token: [token]), MalformedTokenError),
    "a dict": (altered(lambda token: {"session_jwt": token}), MalformedTokenError),
    "words": (lambda *_: "not a token", MalformedTokenError),
    "a session token": (lambda *_: "mZAYn5aLEqKUlZ_Ad9U_fWr38GaAQ1oFAhT8ds245v7Q", MalformedTokenError),
    "Bearer in front": (led_by("Bearer "), MalformedTokenError),
    "bearer in front": (led_by("bearer "), MalformedTokenError),
    "Basic in front": (led_by("Basic "), MalformedTokenError),
    "a cookie's name in front": (led_by("stytch_session_jwt="), MalformedTokenError),
    **{f"{name} before": (led_by(space), MalformedTokenError) for name, space in SPACES.items()},
    **{f"{name} after": (followed_by(space), MalformedTokenError) for name, space in SPACES.items()},
    "quoted": (altered(lambda token: f'"{token}"'), MalformedTokenError),
    "twice": (altered(lambda token: f"{token}.{token}"), MalformedTokenError),
    "two, with a comma": (altered(lambda token: f"{token},{token}"), MalformedTokenError),
    "four parts": (altered(lambda token: f"{token}.e30"), MalformedTokenError),
    "four parts, the first empty": (altered(lambda token: f".{token}"), MalformedTokenError),
    "five parts, as encrypted": (altered(lambda token: f"{token}.e30.e30"), MalformedTokenError),
    "two parts": (altered(lambda token: token.rpartition(".")[0]), MalformedTokenError),
    "one part": (altered(lambda token: token.partition(".")[0]), MalformedTokenError),
    "no dots": (altered(lambda token: token.replace(".", "")), MalformedTokenError),
    "other dots": (altered(lambda token: token.replace(".", "\u2024")), MalformedTokenError),
    "full-width letters": (altered(lambda token: token.replace("A", "\uff21", 1)), MalformedTokenError),
    "backwards": (altered(lambda token: token[::-1]), MalformedTokenError),
    "parts swapped": (altered(lambda token: ".".join(token.split(".")[::-1])), MalformedTokenError),
    "in upper case": (altered(str.upper), MalformedTokenError),
    "signature stripped": (part(2, lambda _: ""), MalformedTokenError),
    "signature of one character": (part(2, lambda _: "A"), MalformedTokenError),
    "signature of one byte": (part(2, lambda _: "AA"), BadSignatureError),
    "signature of zeros": (part(2, lambda _: base64url(bytes(256))), BadSignatureError),
    "signature of ones": (part(2, lambda _: base64url(b"\xff" * 256)), BadSignatureError),
    "signature too short": (part(2, lambda text: text[:-6]), BadSignatureError),
    "signature too long": (part(2, lambda text: "AAAA" + text), BadSignatureError),
    "signature twice": (part(2, lambda text: text[:-2] * 2), BadSignatureError),
    "signature of another token": (
        lambda signer, _: signer.token(session_claims()).rpartition(".")[0] + "." + signer.token({}).rpartition(".")[2],
        BadSignatureError,
    ),
    "payload of another token": (
        lambda signer, _: ".".join(
            signer.token(session_claims(sub=sub)).split(".")[index] for index, sub in enumerate((MEMBER_ID, "member-2", MEMBER_ID))
        ),
        BadSignatureError,
    ),
    "signature a digest": (
        altered(lambda token: token.rpartition(".")[0] + "." + base64url(sha256(token.rpartition(".")[0].encode()).digest())),
        BadSignatureError,
    ),
    **{f"header altered at {at}": (part(0, flipped(at)), TokenError) for at in (0, 1, 7, 20, 40, -2, -1)},
    **{f"payload altered at {at}": (part(1, flipped(at)), TokenError) for at in (0, 1, 2, 3, 100, 501, -3, -2, -1)},
    **{f"signature altered at {at}": (part(2, flipped(at)), BadSignatureError) for at in (0, 1, 2, 3, 170, 338, 339, 340)},
    **{f"last characters cut: {count}": (cut(0, -count), TokenError) for count in (1, 2, 3, 4, 100, 342)},
    **{f"first characters cut: {count}": (cut(count), TokenError) for count in (1, 2, 3, 4, 100)},
    **{
        f"{name} with padding {padding!r}": (followed_by(padding, index), TokenError)
        for index, name in enumerate(PARTS)
        for padding in ("=", "==", "===", "====", "\n", "%3D", "A", "AA", "AAAA")
    },
    **{
        f"{name} in the other alphabet": (part(index, lambda text: text.replace("-", "+").replace("_", "/") + "+/"), TokenError)
        for index, name in enumerate(PARTS)
    },
    "a megabyte": (lambda *_: "A" * 1_000_000, MalformedTokenError),
    "a megabyte of dots": (lambda *_: "." * 1_000_000, MalformedTokenError),
    "a megabyte in front": (led_by("A" * 1_000_000), MalformedTokenError),
    "a megabyte of signature": (followed_by("A" * 1_000_000), MalformedTokenError),
    "a megabyte of claims": (claimed(padding="x" * 1_000_000), MalformedTokenError),
    "one character too long": (lambda *_: "A" * (MAX_TOKEN + 1), MalformedTokenError),
    "just not too long": (lambda *_: "A" * MAX_TOKEN, MalformedTokenError),
    "a signature just not too long": (
        altered(lambda token: f"{token.rpartition('.')[0]}.".ljust(MAX_TOKEN - 4, "A")),
        BadSignatureError,
    ),
}


ATTACKS: dict[str, Attack] = {
    **{f"header: {name}": attack for name, attack in HEADERS.items()},
    **{f"claims: {name}": attack for name, attack in CLAIMS.items()},
    **{f"text: {name}": attack for name, attack in TEXT.items()},
}


HELPED_BY_THE_API = frozenset({TokenExpiredError})  # a genuine one that has expired is what the API is asked about
