import asyncio
import copy
import inspect
import pickle
import pydoc
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast
from unittest import mock
from unittest.mock import AsyncMock, MagicMock, create_autospec

import attrs
import pytest
from support.replies import PASSWORDS
from support.sample_api import GetWidget, MakeWidget, Part, Widgets

from stytch_b2b_async import Authorization, BlockingClient, Client, Effect, Request
from stytch_b2b_async.api import passwords
from stytch_b2b_async.api.passwords.email import PasswordsEmail, RequireReset, RequireResetResponse
from stytch_b2b_async.endpoint import Async, Blocking, Endpoint, response_type
from stytch_b2b_async.schema import frozen

CLIENT: Any = Client("project-test-1", "secret-test-1")
REQUESTS: Any = passwords


async def hand_over(request: Request[Any]) -> Request[Any]:
    return request


def hand_back(request: Request[Any]) -> Request[Any]:
    return request


async def test_awaited_namespace() -> None:
    """An awaited namespace answers with a coroutine."""
    call: Any = Widgets[Async](hand_over).get(owner_id="me", widget_id="it")
    assert asyncio.iscoroutine(call)
    assert GetWidget(owner_id="me", widget_id="it") == await call


def test_blocking_namespace() -> None:
    """A blocking namespace answers with the result."""
    answer: Any = Widgets[Blocking](hand_back).get(owner_id="me", widget_id="it")
    assert GetWidget(owner_id="me", widget_id="it") == answer


async def test_a_call_can_be_made_a_task() -> None:
    widgets = Widgets[Async](hand_over)
    async with asyncio.TaskGroup() as group:
        one = group.create_task(widgets.get(owner_id="me", widget_id="one"))
        two = asyncio.create_task(widgets.get(owner_id="me", widget_id="two"))
    assert GetWidget(owner_id="me", widget_id="one") == cast("Any", one.result())
    assert GetWidget(owner_id="me", widget_id="two") == cast("Any", await two)


def test_early_argument_errors() -> None:
    """A wrong argument is found before anything is awaited."""
    widgets: Any = Widgets[Async](hand_over)
    with pytest.raises(ValueError, match="widget_id must not be empty"):
        widgets.get(owner_id="me", widget_id="")
    with pytest.raises(TypeError, match=r"get: unknown parameter widget; did you mean widget_id\?$"):
        widgets.get(owner_id="me", widget="it")
    with pytest.raises(TypeError, match=r"get: widget_id is required$"):
        widgets.get(owner_id="me")


class TestMisuse:
    """Arguments that do not fit are told in the terms of the endpoint, without a value, and not those of its class."""

    MISUSES: ClassVar[list[tuple[Callable[[], object], str]]] = [
        (lambda: CLIENT.passwords.authenticate("planted"), "passwords.authenticate takes keyword arguments only"),
        (lambda: REQUESTS.Authenticate("planted"), "passwords.authenticate takes keyword arguments only"),
        (
            lambda: REQUESTS.Authenticate(email_adress="planted"),
            "passwords.authenticate: unknown parameter email_adress; did you mean email_address?",
        ),
        (
            lambda: CLIENT.passwords.authenticate(password="planted", email_address="planted"),
            "passwords.authenticate: organization_id is required",
        ),
        (
            lambda: REQUESTS.StrengthCheck(zzz="planted"),
            "passwords.strength_check: unknown parameter zzz; it takes password, email_address",
        ),
        (lambda: cast("Any", Part)(sise=1), "Part: unknown parameter sise; did you mean size?"),
        (cast("Any", Part), "Part: part_id and size are required"),
    ]

    @pytest.mark.parametrize(("misuse", "message"), MISUSES, ids=[message for _, message in MISUSES])
    def test_it_is_named(self, misuse: Callable[[], object], message: str) -> None:
        with pytest.raises(TypeError) as caught:
            misuse()
        assert message == str(caught.value)

    def test_vendor_names(self) -> None:
        """A name that the vendor has is led to ours."""
        client: Any = CLIENT
        with pytest.raises(AttributeError, match=r"^Passwords has no attribute 'authenticate_async': use `await`"):
            client.passwords.authenticate_async  # noqa: B018
        with pytest.raises(AttributeError, match=r"has no attribute 'passwrods'; did you mean passwords\?$"):
            client.passwrods  # noqa: B018
        assert not hasattr(client.passwords, "another")

    async def test_a_search_that_was_not_awaited_says_so(self) -> None:
        search: Any = Widgets[Async](hand_over).search()
        with pytest.raises(AttributeError, match=r"^a search has no attribute 'pieces': await it"):
            search.pieces  # noqa: B018
        with pytest.raises(TypeError, match="needs `async for`"):
            list(search)

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_a_forgotten_await_names_the_endpoint(self) -> None:
        call: Any = CLIENT.passwords.email.require_reset(email_address="ada@example.com")
        assert repr(call).startswith("<coroutine object passwords.email.require_reset at ")
        call.close()


class TestCoroutineFunctions:
    """Async endpoints are coroutine functions to frameworks and mocks; blocking ones are not."""

    @pytest.mark.parametrize("inspected", [inspect.iscoroutinefunction, asyncio.iscoroutinefunction])
    def test_inspection(self, inspected: Callable[[Any], bool]) -> None:
        assert inspected(CLIENT.passwords.authenticate)
        assert inspected(CLIENT.organizations.search)
        with BlockingClient("project-test-1", "secret-test-1") as blocking:
            assert not inspected(blocking.passwords.authenticate)
            assert not inspected(blocking.organizations.search)

    async def test_call(self) -> None:
        """Whatever it looks like, a call checks its arguments before it is awaited, and returns a coroutine."""
        widgets: Any = Widgets[Async](hand_over)
        with pytest.raises(TypeError, match="unknown parameter widget_idd"):
            widgets.get(widget_idd="t")
        call = widgets.get(owner_id="me", widget_id="t")
        assert inspect.iscoroutine(call)
        assert GetWidget(owner_id="me", widget_id="t") == await call

    def test_mock_of_a_namespace(self) -> None:
        """The children of a mock can be awaited, whether or not the endpoints have been used before."""
        assert isinstance(AsyncMock(spec=Client("project-test-1", "s").passwords).authenticate, AsyncMock)
        assert isinstance(MagicMock(spec=Client("project-test-1", "s").passwords).authenticate, AsyncMock)
        assert isinstance(MagicMock(spec=Client("project-test-1", "s").organizations).search, AsyncMock)
        assert isinstance(create_autospec(Client("project-test-1", "s")).passwords.email.reset, AsyncMock)
        with BlockingClient("project-test-1", "s") as blocking:
            assert not isinstance(MagicMock(spec=blocking.passwords).authenticate, AsyncMock)

    def test_patch(self) -> None:
        with mock.patch.object(CLIENT.passwords, "authenticate", autospec=True) as patched:
            assert asyncio.iscoroutinefunction(patched)  # of 3.12, the mock has no other mark

    def test_help(self) -> None:
        """`help()` shows the signature and the docstring."""
        text = pydoc.plain(pydoc.render_doc(CLIENT.passwords.authenticate))
        assert "async authenticate(" in text
        assert "organization_id: str" in text
        assert (CLIENT.passwords.authenticate.__doc__ or "").splitlines()[0] in text

    def test_binding(self) -> None:
        """In a class, it becomes a method as functions do."""
        holder: Any = type("Holder", (), {"authenticate": CLIENT.passwords.authenticate})
        assert inspect.ismethod(holder().authenticate)
        assert inspect.iscoroutinefunction(holder.authenticate)


def test_parameter_order() -> None:
    """A signature begins with what is required and ends with what is shared."""
    names = list(inspect.signature(CLIENT.passwords.authenticate).parameters)
    assert ["organization_id", "email_address", "password", "locale", "session_duration_minutes"] == names[:5]


def test_a_signature_shows_plain_types() -> None:
    parameters = inspect.signature(Widgets[Blocking](hand_back).make).parameters
    assert list[Part | Mapping[str, Any]] | None == parameters["parts"].annotation


def test_a_repr_says_which_request_it_is() -> None:
    assert repr(passwords.StrengthCheck(password="x")) == "passwords.StrengthCheck(password='***')"


def test_an_endpoint_is_bound_once_per_namespace() -> None:
    one, other = Widgets[Blocking](hand_back), Widgets[Blocking](hand_back)
    assert one.get is one.get
    assert one.get is not other.get


def test_namespaces_of_a_client_are_made_once() -> None:
    client = Client("project-test-1", "secret")
    assert client.passwords.email is client.passwords.email


def test_a_class_hands_out_its_endpoints() -> None:
    assert isinstance(Widgets.get, Endpoint)
    assert "Endpoint(RequireReset)" == repr(PasswordsEmail.require_reset)
    assert "PagedEndpoint(SearchWidgets)" == repr(Widgets.search)


@pytest.mark.parametrize("client_class", [Client, BlockingClient])
def test_both_modes_show_the_same_signature(client_class: type[Client | BlockingClient]) -> None:
    signature = inspect.signature(client_class("project-test-1", "secret").passwords.email.require_reset)
    assert RequireResetResponse == signature.return_annotation
    assert {
        "email_address": (str, inspect.Parameter.empty),
        "organization_id": (str | None, None),
        "member_id": (str | None, None),
    } == {
        name: (parameter.annotation, parameter.default)
        for name, parameter in signature.parameters.items()
        if name != "authorization"
    }
    assert {inspect.Parameter.KEYWORD_ONLY} == {parameter.kind for parameter in signature.parameters.values()}


def test_bound_endpoint_metadata() -> None:
    """A bound endpoint has the name and the words of its request."""
    call: Any = Client("project-test-1", "secret").passwords.email.require_reset
    assert ("require_reset", "PasswordsEmail.require_reset") == (call.__name__, call.__qualname__)
    assert "stytch_b2b_async.api.passwords.email" == call.__module__
    assert inspect.getdoc(RequireReset) == call.__doc__


def test_the_words_of_inherited_fields_come_along() -> None:
    documentation = Client("project-test-1", "secret").passwords.authenticate.__doc__ or ""
    for field in ["session_duration_minutes", "session_custom_claims", "intermediate_session_token", "telemetry_id", "locale"]:
        assert 1 == documentation.count(f"- `{field}`:")


def test_a_request_knows_its_reply() -> None:
    assert RequireResetResponse == response_type(RequireReset)


def test_a_request_without_a_reply_is_no_request() -> None:
    @frozen
    class Wordless(Request):  # type: ignore[type-arg]
        pass

    with pytest.raises(TypeError, match="Wordless must be declared as a Request"):
        response_type(Wordless)


def test_operation_names() -> None:
    """A request is named by its place in the tree."""
    assert {
        "passwords.strength_check",
        "passwords.migrate",
        "passwords.authenticate",
        "passwords.email.reset_start",
        "passwords.email.reset",
        "passwords.email.require_reset",
        "passwords.sessions.reset",
        "passwords.existing_password.reset",
        "passwords.discovery.authenticate",
        "passwords.discovery.email.reset_start",
        "passwords.discovery.email.reset",
    } == {request.operation for request in PASSWORDS}


def test_repeatable_effects() -> None:
    """Only what is harmless twice may be repeated."""
    effects = {request.operation: request.effect for request in PASSWORDS}
    assert Effect.READS == effects.pop("passwords.strength_check")
    assert Effect.REPEATABLE == effects.pop("passwords.email.require_reset")
    assert {Effect.ACTS_ONCE} == set(effects.values())


def test_a_request_is_a_value() -> None:
    made = MakeWidget(
        name="one",
        owner_id="me",
        parts=[Part(part_id="p", size=1)],
        metadata={"a": None},
        authorization=Authorization(session_token="token"),
    )
    assert made == copy.deepcopy(made) == pickle.loads(pickle.dumps(made))  # noqa: S301  # its own
    assert "two" == attrs.evolve(cast("Any", made), name="two").name


def test_a_copy_of_a_request_is_checked_again() -> None:
    with pytest.raises(ValueError, match=r"widget_id must not be '\.\.'"):
        attrs.evolve(cast("Any", GetWidget(owner_id="me", widget_id="it")), widget_id="..")


def test_a_namespace_shows_what_it_has() -> None:
    with BlockingClient("project-test-1", "secret-test-1") as client:
        assert "<PasswordsEmail: reset_start, reset, require_reset>" == repr(client.passwords.email)
