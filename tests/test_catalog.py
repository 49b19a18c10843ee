"""The catalogue says everything about every endpoint, and nothing that the declarations do not."""

import re
import subprocess
import sys
from operator import attrgetter
from typing import Any

import pytest
from support.endpoints import RESPONSES

from stytch_b2b_async import BlockingClient, Effect, Request
from stytch_b2b_async.catalog import EndpointInfo, Parameter, describe_fields, endpoint, endpoints, operations
from stytch_b2b_async.catalog.glossary import GLOSSARY, PARAMETERS
from stytch_b2b_async.endpoint import Body, Host
from stytch_b2b_async.schema import Location, fields_of, models_of
from stytch_b2b_async.schema.shapes import FreeForm, ListOf, ObjectOf, Scalar

ALL = endpoints()


def subclasses(cls: type[Any]) -> set[type[Any]]:
    return {each for direct in cls.__subclasses__() for each in (direct, *subclasses(direct))}


def parameter(operation: str, name: str) -> Parameter:
    return next(each for each in ALL[operation].parameters if each.name == name)


def test_every_endpoint_is_listed() -> None:
    """Every operation is a method of a client under that name, and every declared route is listed."""
    with BlockingClient("project-test-1", "secret-test-1") as client:
        assert all(callable(attrgetter(operation)(client)) for operation in ALL)
    declared = {cls for cls in subclasses(Request) if "path" in vars(cls) and cls.__module__.startswith("stytch_b2b_async.api.")}
    assert declared == {info.request for info in ALL.values()}


def printed(script: str) -> set[str]:
    """Run a script in a new interpreter, and return the words that it prints."""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    return set(run.stdout.split())


def test_operations_are_listed_without_imports() -> None:
    """Names and summaries are those of the declarations; completion imports neither a resource nor attrs to list them."""
    assert {operation: info.summary for operation, info in ALL.items()} == operations()
    loaded = printed("from stytch_b2b_async import catalog; catalog.operations(); import sys; print(*sys.modules)")
    ours = {name.partition(".")[2] for name in loaded if name.startswith("stytch_b2b_async.")}
    assert {"_version", "catalog", "catalog._operations"} == ours
    assert not {"aiohttp", "attr", "msgspec", "typing"} & loaded


def test_one_endpoint_imports_its_resource_only() -> None:
    """Help for one endpoint imports no other resource, and neither aiohttp nor asyncio."""
    loaded = printed("from stytch_b2b_async.catalog import endpoint; endpoint('totps.create'); import sys; print(*sys.modules)")
    assert {"totps", "_shared"} == {name.split(".")[2] for name in loaded if name.startswith("stytch_b2b_async.api.")}
    assert not {"aiohttp", "asyncio", "cattrs", "joserfc"} & loaded


def test_all_endpoints_are_listed_without_aiohttp() -> None:
    """Documents and forms need no client."""
    loaded = printed("from stytch_b2b_async.catalog import endpoints; endpoints(); import sys; print(*sys.modules)")
    assert not {"aiohttp", "cattrs", "joserfc"} & loaded


@pytest.mark.parametrize("operation", ALL)
def test_one_endpoint_is_the_one_of_the_table(operation: str) -> None:
    assert ALL[operation] == endpoint(operation)


@pytest.mark.parametrize(
    "unknown", ["passwords.authentcate", "passwords", "passwords.", "", "..errors.x", "sessions.authenticate_jwt"]
)
def test_unknown_operation_is_refused(unknown: str) -> None:
    """A name from a command line imports nothing but resources; local checks have no route."""
    with pytest.raises(LookupError, match=f"there is no endpoint {re.escape(repr(unknown))}"):
        endpoint(unknown)
    with pytest.raises(LookupError, match=r"did you mean passwords\.authenticate\?"):
        endpoint("passwords.authentcate")


def test_endpoint_is_complete() -> None:
    """What is declared of an endpoint is a value."""
    info = ALL["passwords.email.require_reset"]
    assert (info.method, info.path, info.host, info.effect, info.body, info.member_may_act, info.paged) == (
        "POST",
        "/v1/b2b/passwords/email/require_reset",
        Host.API,
        Effect.REPEATABLE,
        Body.JSON,
        True,
        False,
    )
    assert info.url is not None
    assert info.url.startswith("https://stytch.com/docs/")
    assert info.url in info.documentation


def test_paged_endpoints_are_marked() -> None:
    """A search is known by its pages."""
    assert {operation for operation, info in ALL.items() if info.paged} == {
        "connected_app.clients.search",
        "fraud.rules.list",
        "m2m.clients.search",
        "organizations.members.search",
        "organizations.search",
        "scim.connection.get_groups",
    }


@pytest.mark.parametrize("info", ALL.values(), ids=lambda info: info.operation)
def test_every_parameter_is_described(info: EndpointInfo) -> None:
    """Each parameter has a description that is a sentence, and required ones come first."""
    assert info.summary.endswith(".")
    assert [] == [each.name for each in info.parameters if not re.fullmatch(r"[A-Z0-9`].*[.:]", each.description)]
    nested = [model for model in models_of(info.request) if model is not info.request]
    assert [] == [(model.__name__, name) for model in nested for name, text in describe_fields(model).items() if not text]
    required = [each.required for each in info.parameters]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize("response", RESPONSES, ids=lambda cls: f"{cls.__module__.partition('.api.')[2]}.{cls.__name__}")
def test_every_response_field_is_described(response: Any) -> None:
    """Each field of a response, and of the objects in it, has a description."""
    assert [] == [
        (model.__name__, name) for model in models_of(response) for name, text in describe_fields(model).items() if not text
    ]


WITHOUT_KNOWN_VALUES = {
    ("AuthorizationCheck", "action"): "an action of the project's own policy",
    ("ConnectedApp", "status"): "not documented",
    ("ConnectedAppWithClientSecret", "status"): "not documented",
    ("ConnectedAppWithNextClientSecret", "status"): "not documented",
    ("SCIMConnection", "status"): "not documented",
    ("SCIMConnectionWithNextToken", "status"): "not documented",
    ("SCIMConnectionWithToken", "status"): "not documented",
    ("MemberRoleSource", "type"): "not documented",
    ("Address", "type"): "the identity provider's",
    ("MultiValued", "type"): "the identity provider's",
    ("SCIMAttributes", "locale"): "the identity provider's",
    ("OAuthRegistration", "locale"): "the OAuth provider's",
}
"""Fields named like others whose values are documented, and why theirs are not."""


def test_known_values_are_declared_everywhere() -> None:
    """A field whose values are documented lists them in every request and object that has it."""
    declared = {model for info in ALL.values() for root in (info.request, info.response) for model in models_of(root)}
    fields = [(model, field) for model in declared for field in fields_of(model)]
    known = {field.name for _, field in fields if isinstance(field.shape, Scalar) and field.shape.known_values}
    without = {
        (model.__name__, field.name)
        for model, field in fields
        if field.name in known and isinstance(field.shape, Scalar) and not field.shape.known_values
    }
    assert WITHOUT_KNOWN_VALUES.keys() == without


def test_glossary_has_no_unused_entries() -> None:
    """A name that no declaration has any more leaves the glossary."""
    models = {model for response in RESPONSES for model in models_of(response)}
    nested = {each for info in ALL.values() for model in models_of(info.request) for each in describe_fields(model)}
    names = nested | {name for model in models for name in describe_fields(model)}
    assert (GLOSSARY.keys() | PARAMETERS.keys()) - names == set()


def test_shape_of_parameters() -> None:
    """Shapes tell what JSON holds: known values, lists, nested objects, free-form objects."""
    assert parameter("organizations.create", "mfa_policy").shape == Scalar("string", None, ("OPTIONAL", "REQUIRED_FOR_ALL"))
    assert parameter("passwords.authenticate", "session_duration_minutes").shape == Scalar("integer", minimum=5, maximum=527_040)
    assert parameter("organizations.create", "trusted_metadata").shape == FreeForm()
    assert isinstance(parameter("organizations.create", "email_allowed_domains").shape, ListOf)
    assert isinstance(parameter("passwords.migrate", "scrypt_config").shape, ObjectOf)


def test_location_and_sensitivity_of_parameters() -> None:
    """Where a parameter travels, under which name, and whether it is a secret."""
    scopes = parameter("m2m.token", "scopes")
    assert (scopes.wire_name, scopes.delimiter, scopes.location) == ("scope", " ", Location.BODY)
    assert parameter("passwords.authenticate", "password").sensitive
    assert parameter("organizations.get", "organization_id").location is Location.PATH
    assert parameter("passwords.email.require_reset", "authorization").location is Location.HEADERS


def test_bounds_agree_with_descriptions() -> None:
    """A number's bounds are declared once as values and once in the sentence beside them: both say the same."""
    for info in ALL.values():
        for each in info.parameters:
            if isinstance(each.shape, Scalar) and each.shape.type == "integer":
                said = re.search(r"(\d+) to (\d+)|at most (\d+)", each.description)
                lowest, highest = (said[1], said[2] or said[3]) if said else (None, None)
                assert (highest and int(highest)) == each.shape.maximum, (info.operation, each.name)
                assert lowest is None or int(lowest) == each.shape.minimum, (info.operation, each.name)
