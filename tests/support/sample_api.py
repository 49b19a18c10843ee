"""A made-up corner of the API: every place where a field can travel, without waiting for the real one to use it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Body, Effect, Endpoint, Host, Mode, Namespace, Request, Response, delete, get, post, put
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models.search import ResultsMetadata
from stytch_b2b_async.schema import InPath, JSONObject, Location, Model, OpenEnum, OrMapping, Secret, Secrets, WireFormat, frozen


@frozen
class Salt(Model):
    value: Secret
    rounds: int = 1


@frozen
class Part(Model):
    part_id: str
    size: int
    weight: float | None = None
    shiny: bool | None = None
    colour: OpenEnum[Literal["red", "green"]] | None = None
    labels: list[str] | None = None
    salt: OrMapping[Salt] | None = None


@frozen
class Piece(Model):
    piece_id: str
    size: int
    made_at: datetime | None = None
    weight: float | None = None
    labels: list[str] | None = None
    salt: Salt | None = None
    notes: dict[str, Any] | None = None


@frozen
class ThingResponse(Response):
    thing_id: str
    token: Secret | None = None


@get("/v1/b2b/things/{owner_id}/{thing_id}/parts")
class GetThing(Request[ThingResponse]):
    """Read a thing.

    See https://example.com/things.
    """

    owner_id: InPath
    thing_id: InPath
    loud: Annotated[bool | None, Location.QUERY] = None
    limit: Annotated[int | None, Location.QUERY] = None
    word: Annotated[str | None, Location.QUERY, WireFormat("q")] = None
    authorization: AsMember = None


@post("/v1/b2b/things", Effect.ACTS_ONCE)
class MakeThing(Request[ThingResponse]):
    name: str
    owner_id: str
    password: Secret | None = None
    codes: Secrets | None = None
    count: int | None = None
    ratio: float | None = None
    loud: bool | None = None
    parts: list[OrMapping[Part]] | None = None
    main: OrMapping[Part] | None = None
    labels: list[str] | None = None
    metadata: JSONObject | None = None
    scopes: Annotated[list[str] | None, WireFormat("scope", delimiter=" ")] = None
    cached: Annotated[str | None, Location.CLIENT_ONLY] = None
    authorization: AsMember = None


@put("/v1/b2b/things/{thing_id}", Effect.REPEATABLE)
class ChangeThing(Request[ThingResponse]):
    thing_id: InPath
    labels: list[str] | None = None
    metadata: JSONObject | None = None


@delete("/v1/b2b/things/{thing_id}", Effect.REPEATABLE)
class DropThing(Request[ThingResponse]):
    thing_id: InPath


@post(
    "/v1/public/{project_id}/oauth2/thing",
    Effect.READS,
    body=Body.FORM,
    constant_body={"grant_type": "a thing"},
)
class FormThing(Request[ThingResponse]):
    project_id: InPath | None = None
    token: Secret | None = None
    loud: bool | None = None


@post("/v1/things/risk", Effect.READS, host=Host.FRAUD)
class RiskOfThing(Request[ThingResponse]):
    thing_id: str


@frozen
class ThingsPage(Page[Piece]):
    pieces: list[Piece]
    results_metadata: ResultsMetadata


@post("/v1/b2b/things/search", Effect.READS)
class SearchThings(Request[ThingsPage]):
    """Find things."""

    cursor: str | None = None
    limit: int | None = None
    labels: list[str] | None = None


class Things(Namespace[Mode]):
    """Things."""

    get = Endpoint(GetThing)
    make = Endpoint(MakeThing)
    change = Endpoint(ChangeThing)
    search = PagedEndpoint(SearchThings)
