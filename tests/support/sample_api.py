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
class WidgetResponse(Response):
    widget_id: str
    token: Secret | None = None


@get("/v1/b2b/widgets/{owner_id}/{widget_id}/parts")
class GetWidget(Request[WidgetResponse]):
    """Read a widget.

    See https://example.com/widgets.
    """

    owner_id: InPath
    widget_id: InPath
    loud: Annotated[bool | None, Location.QUERY] = None
    limit: Annotated[int | None, Location.QUERY] = None
    word: Annotated[str | None, Location.QUERY, WireFormat("q")] = None
    authorization: AsMember = None


@post("/v1/b2b/widgets", Effect.ACTS_ONCE)
class MakeWidget(Request[WidgetResponse]):
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


@put("/v1/b2b/widgets/{widget_id}", Effect.REPEATABLE)
class ChangeWidget(Request[WidgetResponse]):
    widget_id: InPath
    labels: list[str] | None = None
    metadata: JSONObject | None = None


@delete("/v1/b2b/widgets/{widget_id}", Effect.REPEATABLE)
class DropWidget(Request[WidgetResponse]):
    widget_id: InPath


@post(
    "/v1/public/{project_id}/oauth2/widget",
    Effect.READS,
    body=Body.FORM,
    constant_body={"grant_type": "a widget"},
)
class FormWidget(Request[WidgetResponse]):
    project_id: InPath | None = None
    token: Secret | None = None
    loud: bool | None = None


@post("/v1/widgets/risk", Effect.READS, host=Host.FRAUD)
class RiskOfWidget(Request[WidgetResponse]):
    widget_id: str


@frozen
class WidgetsPage(Page[Piece]):
    pieces: list[Piece]
    results_metadata: ResultsMetadata


@post("/v1/b2b/widgets/search", Effect.READS)
class SearchWidgets(Request[WidgetsPage]):
    """Find widgets."""

    cursor: str | None = None
    limit: int | None = None
    labels: list[str] | None = None


class Widgets(Namespace[Mode]):
    """Widgets."""

    get = Endpoint(GetWidget)
    make = Endpoint(MakeWidget)
    change = Endpoint(ChangeWidget)
    search = PagedEndpoint(SearchWidgets)
