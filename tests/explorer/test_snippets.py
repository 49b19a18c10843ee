"""The code beside a form: run, and compared with what the form sends."""

import os
import subprocess
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from support.filled_forms import nasty_arguments, pairs_of

import stytch_b2b_async
from stytch_b2b_async.catalog import endpoint, endpoints
from stytch_b2b_async.cli import main
from stytch_b2b_async.cli.call import send
from stytch_b2b_async.client import BlockingClient, Client
from stytch_b2b_async.explorer.form import Entries, fill
from stytch_b2b_async.explorer.snippet import LANGUAGES, snippets_of
from stytch_b2b_async.wire import Call, Reply, encode

from .conftest import TEST

OPERATIONS = list(endpoints())

_SHOW = r"""
show() { printf '%s\0' "$#" "$@"; cat; printf '\0'; }
alias stytch-b2b=show curl=show
"""
"""Programs that print their arguments and their standard input."""


@attrs.define
class Recorder:
    """A transport that keeps what it is given."""

    sent: list[Call] = attrs.field(factory=list[Call])

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        self.sent.append(call)
        return Reply(200, {}, b'{"status_code": 200, "request_id": "recorded"}')


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Credentials in the environment, and clients that record."""
    recorder = Recorder()
    monkeypatch.setenv("STYTCH_PROJECT_ID", str(TEST.project_id))
    monkeypatch.setenv("STYTCH_SECRET", str(TEST.secret))
    monkeypatch.setenv("STYTCH_BASE_URL", TEST.base_url)
    monkeypatch.setattr(stytch_b2b_async, "Client", lambda: Client(transport=recorder))
    monkeypatch.setattr(stytch_b2b_async, "BlockingClient", lambda: BlockingClient(transport=recorder))
    monkeypatch.setattr(send, "open_client", lambda _: Client(transport=recorder))
    return recorder


@attrs.frozen
class Run:
    """What a shell started: the arguments of the program, and its standard input."""

    arguments: list[str]
    input: str


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Run]:
    """Return what a shell makes of a snippet, for each of the two languages that it reads; it runs all of them at once."""
    keys = [(name, operation) for operation in OPERATIONS for name in ("command", "curl")]
    texts = [snippets(operation)[0][name] for name, operation in keys]
    script = tmp_path_factory.mktemp("shell") / "snippets.sh"
    script.write_text(_SHOW + "".join(texts), encoding="utf-8")
    environment = {**os.environ, "STYTCH_PROJECT_ID": str(TEST.project_id), "STYTCH_SECRET": str(TEST.secret)}
    run = subprocess.run(["/bin/sh", script], stdin=subprocess.DEVNULL, env=environment, capture_output=True, check=True)  # noqa: S603
    words = iter(run.stdout.decode().split("\0"))
    found = [Run([next(words) for _ in range(int(next(words)))], next(words)) for _ in keys]
    return lambda name, operation: dict(zip(keys, found, strict=True))[name, operation]


def snippets(operation: str, *, show_secrets: bool = True) -> tuple[dict[str, str], Call]:
    """Return the code of a form with every field filled, and what the form sends."""
    declared = endpoint(operation)
    request = fill(declared, Entries.of(pairs_of(declared, nasty_arguments(declared))), TEST).request
    assert request is not None
    return snippets_of(request, TEST, show_secrets=show_secrets), encode(request, TEST)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_python_sends_what_the_form_sends(operation: str, recorder: Recorder) -> None:
    texts, call = snippets(operation)
    for name in ("python", "blocking"):
        exec(compile(texts[name], f"<{name}>", "exec"), {"__name__": "snippet"})  # noqa: S102  # a snippet
    assert [call, call] == recorder.sent


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_command_sends_what_the_form_sends(
    operation: str, recorder: Recorder, shell: Callable[[str, str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command, as a shell runs it: with what it passes through standard input."""
    _, call = snippets(operation)
    run = shell("command", operation)
    monkeypatch.setattr("sys.stdin", _Input(run.input))
    assert 0 == main(run.arguments)
    assert [call] == recorder.sent


@pytest.mark.parametrize("operation", OPERATIONS)
def test_curl_sends_what_the_form_sends(operation: str, shell: Callable[[str, str], Run]) -> None:
    _, call = snippets(operation)
    assert call == _as_curl_reads(shell("curl", operation).arguments, call)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_secrets_are_masked_until_asked_for(operation: str) -> None:
    """No text of a secret field is in the code as it is shown first."""
    declared = endpoint(operation)
    texts, _ = snippets(operation, show_secrets=False)
    for parameter in declared.parameters:
        if parameter.sensitive:
            assert f"{parameter.name} it's" not in "".join(texts.values())
    assert "a plain token" not in "".join(texts.values())
    assert list(LANGUAGES) == list(texts)


@attrs.frozen
class _Input:
    """What the shell passes through standard input, which is no terminal."""

    text: str

    def read(self) -> str:
        return self.text

    def isatty(self) -> bool:
        return False


def _as_curl_reads(arguments: list[str], call: Call) -> Call:
    """Read the arguments of curl as it does, with the headers that it adds."""
    words = iter(arguments)
    headers, read = dict[str, str](), dict[str, Any](body=None)
    for word in words:
        match word:
            case "--request":
                read["method"], read["url"] = next(words), next(words)
            case "--user":
                headers["Authorization"] = f"Basic {b64encode(next(words).encode()).decode()}"
            case "--header":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "--data-raw":
                read["body"] = next(words).encode()
            case _:
                pytest.fail(word)
    added = {name: call.headers[name] for name in ("Accept", "User-Agent")}
    return Call(headers={**headers, **added}, **read)
