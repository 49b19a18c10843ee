"""Pagination: fetch one page, or iterate over all results.

```python
page = await client.organizations.search(limit=100)             # one page
async for organization in client.organizations.search(): ...    # all of them
async for page in client.organizations.search().pages(): ...    # page by page
```

A blocking client returns the first page; iterating over it continues with all following pages.
"""

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, cast, overload

import attrs

from stytch_b2b_async.errors import PaginationError, about
from stytch_b2b_async.schema import ListOf, argument_of, cached, fields_of, frozen, shape_of

from . import Async, Blocking, EndpointDescriptor, Namespace, Send, bind
from .coroutine_function import coroutine_function
from .request import Request
from .response import Response

P = ParamSpec("P")
Item = TypeVar("Item")
PageT = TypeVar("PageT", bound="Page[Any]")
PageT_co = TypeVar("PageT_co", bound="Page[Any]", covariant=True)


@frozen
class Page(Response, Generic[Item]):
    """One page of results.

    With a blocking client, iterating over it yields its items and those of all following pages.
    """

    @property
    def items(self) -> list[Item]:
        """The items of this page only."""
        return getattr(self, _items_field(type(self))) or []  # None after a schema mismatch

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Self]:
        """Iterate over this page and all following ones. Raises TypeError unless the page is from a blocking client."""
        following: Callable[[Self], Iterator[Self]] | None = getattr(self, "_following", None)
        if following is None:
            raise TypeError("a page of an async client is not iterable: use `async for` with the call, or this page's `items`")
        return following(self)


@cached
def _items_field(page: type[Page[Any]]) -> str:
    """Return the name of the field with the page's items: the list of the type that the class is a `Page` of."""
    items = ListOf(shape_of(argument_of(page, Page)))
    return next(field.name for field in fields_of(page) if field.shape == items)


def _next_cursor(page: Page[Any]) -> str | None:
    """Return the cursor of the next page; None or `""` on the last."""
    metadata = getattr(page, "results_metadata", page)
    return getattr(metadata, "next_cursor", None)


class Paging(Coroutine[Any, Any, PageT_co]):
    """A search that has not started: await it for one page, or iterate over all results.

    Raises PaginationError if the API returns the same cursor twice.
    """

    def __init__(self, request: Request[PageT_co], send: Send) -> None:
        self._request = request
        self._fetch = send
        self._begun: Coroutine[Any, Any, PageT_co] | None = None

    def __await__(self) -> Generator[Any, Any, PageT_co]:
        return self._coroutine().__await__()

    async def __aiter__(self: "Paging[Page[Item]]") -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[PageT_co]:
        """Fetch page after page, with the same parameters."""
        cursors = _Cursors(self._request)
        page = await self
        yield page
        while request := cursors.following(page):
            page = await self._fetch(request)
            yield page

    def __repr__(self) -> str:
        return f"Paging({self._request!r})"

    if not TYPE_CHECKING:  # type checkers should report these uses

        def __iter__(self) -> Iterator[Any]:
            raise TypeError(f"{self._request.operation} of an async client needs `async for`")

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"a search has no attribute {name!r}: await it for one page, or use `async for`")

    # The coroutine protocol, so that `asyncio.create_task` and task groups accept it.

    def _coroutine(self) -> Coroutine[Any, Any, PageT_co]:
        begun = self._begun or self._fetch(self._request)
        self._begun = begun
        return begun

    def send(self, value: Any, /) -> Any:
        """Resume the coroutine."""
        return self._coroutine().send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an exception in the coroutine."""
        return self._coroutine().throw(*error)

    def close(self) -> None:
        """Close the coroutine, if it has started."""
        if self._begun is not None:
            self._begun.close()


class _Cursors:
    """The cursors of one search; each is followed once."""

    def __init__(self, request: Request[Any]) -> None:
        self._request = request
        self._seen = {getattr(request, "cursor", None)}

    def following(self, page: Page[Any]) -> Request[Any] | None:
        """Return the request of the next page; None on the last."""
        cursor = _next_cursor(page)
        if not cursor:
            return None
        if cursor in self._seen:
            refusal = "the API returned the same cursor twice: following it would never end"
            raise about(PaginationError(refusal), self._request)
        self._seen.add(cursor)
        return cast("Request[Any]", attrs.evolve(cast("Any", self._request), cursor=cursor))


class PagedEndpoint(EndpointDescriptor, Generic[P, PageT]):
    """Bind a paginated request to a namespace."""

    def __init__(self, request: Callable[P, Request[PageT]]) -> None:
        self.request = request

    @overload
    def __get__(self, namespace: None, owner: type) -> "PagedEndpoint[P, PageT]": ...
    @overload
    def __get__(self, namespace: Namespace[Async], owner: type) -> Callable[P, Paging[PageT]]: ...
    @overload
    def __get__(self, namespace: Namespace[Blocking], owner: type) -> Callable[P, PageT]: ...
    def __get__(self, namespace: Namespace[Any] | None, owner: type) -> Any:
        if namespace is None:
            return self
        send = namespace._send  # noqa: SLF001  # its own namespace
        awaited = inspect.iscoroutinefunction(send)
        sending: Send = partial(Paging, send=send) if awaited else partial(_first_page, send=send)
        call = bind(self.request, sending, f"{owner.__name__}.{self.name}")
        if awaited:  # what it returns can be awaited like a coroutine
            call = coroutine_function(call)
        namespace.__dict__[self.name] = call
        return call


def _first_page(request: Request[PageT], send: Send) -> PageT:
    page: PageT = send(request)
    object.__setattr__(page, "_following", partial(_following, request, send))
    return page


def _following(request: Request[PageT], send: Send, page: PageT) -> Iterator[PageT]:
    cursors = _Cursors(request)
    yield page
    while following := cursors.following(page):
        page = _first_page(following, send)
        yield page
