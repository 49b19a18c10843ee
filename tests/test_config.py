import base64
import inspect
import platform
import re
import traceback
from enum import Enum
from typing import Any

import pytest
from support.http_servers import PROJECT_ID, SECRET

from stytch_b2b_async import BlockingClient, Client, __version__
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Host
from stytch_b2b_async.runtime.sender import Options

LIVE = "project-live-22222222-2222-4222-8222-222222222222"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ["PROJECT_ID", "SECRET", "BASE_URL", "ALLOW_HTTP"]:
        monkeypatch.delenv(f"STYTCH_{name}", raising=False)


def resolve(
    project_id: Any = PROJECT_ID, secret: Any = SECRET, base_url: Any = None, fraud_base_url: Any = None, allow_http: Any = None
) -> Config:
    return Config.resolve(project_id, secret, base_url, fraud_base_url, allow_http)


@pytest.mark.parametrize(("project_id", "host"), [(PROJECT_ID, "https://test.stytch.com"), (LIVE, "https://api.stytch.com")])
def test_the_project_chooses_the_host(project_id: str, host: str) -> None:
    config = resolve(project_id, SECRET.replace("test", project_id[8:12]))
    assert (host, "https://telemetry.stytch.com") == (config.host(Host.API), config.host(Host.FRAUD))


@pytest.mark.parametrize("project_id", ["project-prod-1", "my-project", "project-test-", "project-live-", "xproject-test-1"])
def test_unknown_environment(project_id: str) -> None:
    """A project of no known environment must say where it lives."""
    with pytest.raises(ValueError, match="pass base_url"):
        resolve(project_id, "secret")
    assert "https://stytch.example.com" == resolve(project_id, "secret", base_url="https://stytch.example.com").base_url


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYTCH_PROJECT_ID", LIVE)
    monkeypatch.setenv("STYTCH_SECRET", "secret-from-the-environment")
    monkeypatch.setenv("STYTCH_BASE_URL", "http://127.0.0.1:8787")
    config = resolve(None, None)
    assert (LIVE, "secret-from-the-environment", "http://127.0.0.1:8787") == (config.project_id, config.secret, config.base_url)


class Settings(str, Enum):  # noqa: UP042  # a StrEnum formats its members as their values
    """Settings as programs keep them."""

    PROJECT_ID = PROJECT_ID
    SECRET = SECRET
    BASE_URL = "https://stytch.example.com"


def test_an_enum_member_stands_for_its_value() -> None:
    """In the credentials, too."""
    given: list[Any] = [Settings.PROJECT_ID, Settings.SECRET, Settings.BASE_URL, Settings.BASE_URL]
    assert resolve(*given) == resolve(PROJECT_ID, SECRET, *["https://stytch.example.com"] * 2)


def test_an_argument_wins_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYTCH_PROJECT_ID", LIVE)
    monkeypatch.setenv("STYTCH_SECRET", "secret-from-the-environment")
    config = resolve()
    assert (PROJECT_ID, SECRET) == (config.project_id, config.secret)


def test_empty_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty setting of the environment is none."""
    monkeypatch.setenv("STYTCH_SECRET", "")
    with pytest.raises(ValueError, match="secret is missing: pass it, or set STYTCH_SECRET"):
        resolve(secret=None)


def test_line_end_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line end from the environment is found and not shown."""
    monkeypatch.setenv("STYTCH_SECRET", f"{SECRET}\n")
    with pytest.raises(ValueError, match="secret must not contain control characters") as caught:
        resolve(secret=None)
    assert SECRET not in str(caught.value)


BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"project_id": None}, ValueError, "project_id is missing"),
    ({"project_id": ""}, ValueError, "project_id must not be empty"),
    ({"project_id": 5}, TypeError, "project_id must be a str, not int"),
    ({"project_id": "project-test-a:b"}, ValueError, "project_id is malformed"),
    ({"project_id": "project-test-ä"}, ValueError, "project_id is malformed"),
    ({"project_id": " project-test-1"}, ValueError, "project_id is malformed"),
    ({"project_id": SECRET, "secret": PROJECT_ID}, ValueError, "project_id looks like a secret: were .* swapped"),
    ({"project_id": "my-project", "secret": PROJECT_ID}, ValueError, "secret looks like a project's id: were .* swapped"),
    ({"project_id": PROJECT_ID[13:]}, ValueError, "project_id lacks its prefix"),
    ({"secret": "secret-live-planted"}, ValueError, "secret is of the live environment, project_id of the test environment"),
    ({"project_id": LIVE}, ValueError, "secret is of the test environment, project_id of the live environment"),
    ({"allow_http": 1}, TypeError, "allow_http must be a bool, not int"),
    ({"secret": None}, ValueError, "secret is missing"),
    ({"secret": ""}, ValueError, "secret must not be empty"),
    ({"secret": b"planted"}, TypeError, "secret must be a str, not bytes"),
    ({"secret": "planted\r\n"}, ValueError, "secret must not contain control characters"),
    ({"secret": "planted secret"}, ValueError, "secret is malformed"),
    ({"secret": "plänted"}, ValueError, "secret is malformed"),
    ({"base_url": ""}, ValueError, "base_url must not be empty"),
    ({"base_url": 5}, TypeError, "base_url must be a str, not int"),
    ({"base_url": "test.stytch.com"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "ftp://test.stytch.com"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "https://"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "https://x:port"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "https://x:0"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "https://[::1"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "https://x\n.com"}, ValueError, "base_url must not contain control characters"),
    ({"base_url": "https://me:planted@x.com"}, ValueError, "base_url must not contain credentials"),
    ({"base_url": "https://x.com?planted"}, ValueError, "base_url must be an ASCII URL"),
    ({"base_url": "https://x.com#planted"}, ValueError, "base_url must be an ASCII URL"),
    ({"base_url": "https://x.com\\planted"}, ValueError, "base_url must be an ASCII URL"),
    ({"base_url": "https://bücher.example"}, ValueError, "base_url must be an ASCII URL"),
    ({"base_url": "http://stytch.example.com"}, ValueError, "base_url must be https://"),
    ({"base_url": "http://localhost.example.com"}, ValueError, "base_url must be https://"),
    ({"base_url": "http://10.0.0.1"}, ValueError, "base_url must be https://"),
    ({"base_url": "http://127.0.0.1.example.com"}, ValueError, "base_url must be https://"),
    ({"base_url": "HTTP://stytch.example.com"}, ValueError, "base_url must be https://"),
    ({"base_url": "http://[::1].example.com"}, ValueError, "base_url must be an https:// URL"),
    ({"base_url": "http://example.com[::1]"}, ValueError, "base_url must be an https:// URL"),
    ({"fraud_base_url": "http://stytch.example.com"}, ValueError, "fraud_base_url must be https://"),
    ({"fraud_base_url": ""}, ValueError, "fraud_base_url must be an https:// URL"),
]


@pytest.mark.parametrize(("settings", "kind", "message"), BAD, ids=[f"{message}: {settings}" for settings, _, message in BAD])
def test_bad_setting(settings: dict[str, Any], kind: type[Exception], message: str) -> None:
    """A setting that cannot work is refused by its name."""
    with pytest.raises(kind, match=f"^{message}") as caught:
        resolve(**settings)
    assert "anted" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8787", "http://localhost", "http://stytch.localhost:1", "http://[::1]:8787", "http://127.9.9.9"]
)
def test_plain_http_may_lead_to_this_machine(url: str) -> None:
    assert url == resolve(base_url=url).base_url


EMULATOR = "http://emulator:8787"


@pytest.mark.parametrize("setting", [None, "", "0"])
def test_allow_http(setting: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain HTTP to another machine must be allowed."""
    if setting is not None:
        monkeypatch.setenv("STYTCH_ALLOW_HTTP", setting)
    with pytest.raises(ValueError, match=r"allow_http=True \(or STYTCH_ALLOW_HTTP=1\)"):
        resolve(base_url=EMULATOR)
    with pytest.raises(ValueError, match="base_url must be https://"):
        resolve(base_url=EMULATOR, allow_http=False)


@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_plain_http_may_be_allowed(client_class: type[Client | BlockingClient], monkeypatch: pytest.MonkeyPatch) -> None:
    assert EMULATOR in repr(client_class(PROJECT_ID, SECRET, base_url=EMULATOR, allow_http=True))
    monkeypatch.setenv("STYTCH_ALLOW_HTTP", "1")
    assert EMULATOR in repr(client_class(PROJECT_ID, SECRET, base_url=EMULATOR))


def test_argument_over_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument takes back what the environment allows."""
    monkeypatch.setenv("STYTCH_ALLOW_HTTP", "1")
    with pytest.raises(ValueError, match="base_url must be https://"):
        resolve(base_url=EMULATOR, allow_http=False)


def test_unclear_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting of the environment that is unclear allows nothing."""
    monkeypatch.setenv("STYTCH_ALLOW_HTTP", "no")
    with pytest.raises(ValueError, match="STYTCH_ALLOW_HTTP must be 1 or 0"):
        resolve(base_url=EMULATOR)


LIVE_SECRET = SECRET.replace("test", "live", 1)


@pytest.mark.parametrize(
    ("project_id", "secret"), [(LIVE, LIVE_SECRET), (PROJECT_ID, LIVE_SECRET), ("my-project", "secret"), (None, None)]
)
@pytest.mark.parametrize("emulator", [EMULATOR, EMULATOR.replace("http", "HTTP"), EMULATOR.replace("http", "Http")])
@pytest.mark.parametrize("url", ["base_url", "fraud_base_url"])
def test_only_a_test_project_may_go_in_the_clear(project_id: str | None, secret: str | None, url: str, emulator: str) -> None:
    """Without credentials nobody knows which project's tokens a gateway is sent."""
    urls = {"base_url": "https://stytch.example.com", url: emulator}
    with pytest.raises(ValueError, match=r"test projects|live environment"):
        resolve(project_id, secret, allow_http=True, **urls)


def test_fraud_host_of_an_emulator() -> None:
    """Fraud calls go to the emulator on another machine."""
    assert EMULATOR == resolve(base_url=EMULATOR, allow_http=True).fraud_base_url


def test_a_slash_at_the_end_is_dropped() -> None:
    assert "https://x.com/stytch" == resolve(base_url="https://x.com/stytch/").base_url


@pytest.mark.parametrize("scheme", ["http", "HTTP", "Http"])
def test_fraud_host_on_loopback(scheme: str) -> None:
    """Fraud calls stay on this machine when the others do."""
    config = resolve(base_url=f"{scheme}://127.0.0.1:8787")
    assert ("http://127.0.0.1:8787",) * 2 == (config.base_url, config.fraud_base_url)


def test_fraud_host_of_a_custom_domain() -> None:
    """Fraud calls go to the vendor from a custom domain."""
    assert "https://telemetry.stytch.com" == resolve(base_url="https://login.example.com").fraud_base_url


def test_a_gateway_adds_the_credentials_itself() -> None:
    config = resolve(None, None, "https://gateway.example.com")
    assert "Authorization" not in config.headers
    assert "https://gateway.example.com" == config.fraud_base_url
    assert () == config.secrets


def test_half_of_the_credentials_is_no_gateway() -> None:
    with pytest.raises(ValueError, match="secret is missing"):
        resolve(PROJECT_ID, None, "https://gateway.example.com")
    with pytest.raises(ValueError, match="project_id is missing"):
        resolve(None, SECRET, "https://gateway.example.com")


def test_credentials_and_user_agent() -> None:
    """Every call carries the credentials and says who calls."""
    config = resolve()
    assert {
        "Authorization": "Basic " + base64.b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode(),
        "Accept": "application/json",
        "User-Agent": f"stytch-b2b-async/{__version__} Python/{platform.python_version()}",
    } == dict(config.headers)


def test_hidden_secret() -> None:
    """Neither a configuration nor a client shows the secret."""
    basic = base64.b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode()
    for shown in [repr(resolve()), repr(Client(PROJECT_ID, SECRET)), repr(BlockingClient(PROJECT_ID, SECRET))]:
        assert PROJECT_ID in shown
        assert SECRET not in shown
        assert basic not in shown


BAD_OPTIONS: list[tuple[str, Any, type[Exception]]] = [
    ("timeout", 0, ValueError),
    ("timeout", -1.0, ValueError),
    ("timeout", float("nan"), ValueError),
    ("timeout", float("inf"), ValueError),
    ("timeout", "30", TypeError),
    ("timeout", None, TypeError),
    ("timeout", True, TypeError),
    ("connect_timeout", 0, ValueError),
    ("connect_timeout", [], TypeError),
    ("timeout", 10**400, ValueError),
    ("timeout", 1e300, ValueError),
    ("timeout", -(10**400), ValueError),
    ("connect_timeout", 10**400, ValueError),
    ("max_attempts", 0, ValueError),
    ("max_attempts", -(10**400), ValueError),
    ("max_attempts", 1.0, TypeError),
    ("max_attempts", True, TypeError),
    ("strict", 1, TypeError),
    ("strict", None, TypeError),
]


@pytest.mark.parametrize(("name", "value", "kind"), BAD_OPTIONS)
@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_bad_option(client_class: type[Client | BlockingClient], name: str, value: Any, kind: type[Exception]) -> None:
    """An option that cannot work is refused by its name."""
    options: Any = {name: value}
    with pytest.raises(kind, match=f"^{name} must be "):
        client_class(PROJECT_ID, SECRET, **options)
    with pytest.raises(kind, match=f"^{name} must be "):
        client_class(PROJECT_ID, SECRET).with_options(**options)


UNKNOWN = {
    "time_out": "did you mean 'timeout'?; valid options: project_id, secret, base_url, fraud_base_url, allow_http, ",
    "retries": "did you mean 'max_attempts', which counts the first one too?; valid options: ",
    "environment": "the project_id determines the environment",
    "custom_base_url": "did you mean 'base_url'?",
    "xyz": "unknown option 'xyz'; valid options: project_id, ",
}


@pytest.mark.parametrize(("name", "message"), UNKNOWN.items())
@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_unknown_option(client_class: type[Client | BlockingClient], name: str, message: str) -> None:
    """An unknown option is refused with all that exist."""
    options: Any = {name: "planted"}
    with pytest.raises(TypeError, match=f"unknown option '{name}'") as caught:
        client_class(PROJECT_ID, SECRET, **options)
    assert message in str(caught.value)
    assert str(caught.value).endswith(
        (
            "verification, timeout, connect_timeout, max_attempts, strict",
            "use_uvloop, timeout, connect_timeout, max_attempts, strict",
        )
    )
    assert ("session, " in str(caught.value)) == (client_class is Client)


@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_a_view_names_the_options_that_it_takes(client_class: type[Client | BlockingClient]) -> None:
    options: Any = {"base_url": EMULATOR}
    with pytest.raises(TypeError, match=r"valid options: timeout, connect_timeout, max_attempts, strict$"):
        client_class(PROJECT_ID, SECRET).with_options(**options)


@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_signature(client_class: type[Client | BlockingClient]) -> None:
    """The signature shows every option and its default."""
    shown = inspect.signature(client_class).parameters
    found = resolve()
    for name in Options.__annotations__:
        assert getattr(found, name) == shown[name].default
    documented = f"{Client.__doc__} {client_class.__doc__}"
    assert set() == {name for name in shown if name != "unknown" and not re.search(rf"`{name}\b", documented)}


def test_session_of_a_blocking_client() -> None:
    """A blocking client says why it borrows no session."""
    with pytest.raises(TypeError, match="has its own event loop and cannot borrow a session"):
        BlockingClient(PROJECT_ID, SECRET, session=None)  # type: ignore[arg-type]


def test_async_client_in_with() -> None:
    """The wrong kind of with says the right one."""
    client: Any = Client(PROJECT_ID, SECRET)
    with pytest.raises(TypeError, match="use `async with` for a Client, or `with BlockingClient"), client:
        pass


async def test_blocking_client_in_async_with() -> None:
    """The wrong kind of async with says the right one."""
    client: Any = BlockingClient(PROJECT_ID, SECRET)
    with pytest.raises(TypeError, match="use `with` for a BlockingClient"):
        async with client:
            pass


REFUSED: list[dict[str, Any]] = [
    {"secret": "planted secret"},
    {"secret": "planted\n"},
    {"project_id": "secret-test-planted"},
    {"base_url": "https://me:planted@x.com"},
    {"base_url": "http://planted.example.com"},
    {"timeout": 0},
    {"max_attempts": "3"},
    {"time_out": "planted"},
    {"session": 5},
]


@pytest.mark.parametrize("settings", REFUSED, ids=str)
@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_refused_settings_are_in_no_traceback(client_class: type[Client | BlockingClient], settings: dict[str, Any]) -> None:
    """Error trackers show the locals of every frame, and the repr of the client that was not made."""
    with pytest.raises((TypeError, ValueError)) as caught:
        client_class(**{"project_id": PROJECT_ID, "secret": SECRET, **settings})
    ours = caught.value.__traceback__ and caught.value.__traceback__.tb_next
    shown = "".join(traceback.TracebackException(type(caught.value), caught.value, ours, capture_locals=True).format())
    assert "_tracebacks.py" in shown  # from there it is raised, whatever was refused
    assert "planted" not in shown


def test_the_repr_of_a_refused_client_is_harmless() -> None:
    for cls in (Client, BlockingClient):
        assert f"<{cls.__name__} that was refused its settings>" == repr(object.__new__(cls))


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(TypeError, match=r"session must be an aiohttp\.ClientSession, not str"):
        Client(PROJECT_ID, SECRET, session="session")  # type: ignore[arg-type]
