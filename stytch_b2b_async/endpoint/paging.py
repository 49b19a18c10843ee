"""Endpoints that answer in pages: one page, or everything, fetched as it is asked for.

```python
page = await client.organizations.search(limit=100)             # one page
async for organization in client.organizations.search(): ...    # all of them
async for page in client.organizations.search().pages(): ...    # page by page
```

A blocking client answers with the first page; iterating it goes on to all that follow.
"""

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, cast, get_args, get_origin, overload

import attrs

from stytch_b2b_async.errors import PaginationError, about
from stytch_b2b_async.schema import cached, fields_of, frozen, strip_annotated

from . import Async, Blocking, Namespace, Send, bind, name_operation
from .request import Request
from .response import Response

P = ParamSpec("P")
Item = TypeVar("Item")
PageT = TypeVar("PageT", bound="Page[Any]")
PageT_co = TypeVar("PageT_co", bound="Page[Any]", covariant=True)


@frozen
class Page(Response, Generic[Item]):
    """Some of the items that a search found.

    From a blocking client it can be iterated: that goes through its items and on through all the pages that follow.
    """

    @property
    def items(self) -> list[Item]:
        """The items of this page alone."""
        return getattr(self, _items_field(type(self))) or []  # None where the reply drifted

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Self]:
        """Go through this page and all that follow. Only on a page of a blocking client; raises TypeError otherwise."""
        following: Callable[[Self], Iterator[Self]] | None = getattr(self, "_following", None)
        if following is None:
            raise TypeError("an awaited page is one page: iterate the call with `async for`, or this page's `items`")
        return following(self)


@cached
def _items_field(page: type[Page[Any]]) -> str:
    """Find the field of a page that holds its items: the one list of what the class is a `Page` of."""
    (item,) = next(get_args(base) for base in getattr(page, "__orig_bases__", ()) if get_origin(base) is Page)
    return next(field.name for field in fields_of(page) if get_args(strip_annotated(field.type)) == (item,))


def _next_cursor(page: Page[Any]) -> str | None:
    """Find where the next page begins; None, or `""`, on the last."""
    metadata = getattr(page, "results_metadata", page)
    return getattr(metadata, "next_cursor", None)


class Paging(Coroutine[Any, Any, PageT_co]):
    """A search that has not begun: await it for one page, or iterate it for everything.

    Raises PaginationError when the API hands out a cursor a second time.
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

    if not TYPE_CHECKING:  # the checkers are to report these uses

        def __iter__(self) -> Iterator[Any]:
            raise TypeError(f"{self._request.operation} of an awaited client is iterated with `async for`")

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(
                f"a search that was not awaited has no attribute {name!r}: await it for one page, or use `async for`"
            )

    # The rest of a coroutine, so that `asyncio.create_task` and task groups take it like any other call.

    def _coroutine(self) -> Coroutine[Any, Any, PageT_co]:
        begun = self._begun or self._fetch(self._request)
        self._begun = begun
        return begun

    def send(self, value: Any, /) -> Any:
        """Go on, as a coroutine does."""
        return self._coroutine().send(value)

    def throw(self, *error: Any) -> Any:
        """Raise in the coroutine where it waits."""
        return self._coroutine().throw(*error)

    def close(self) -> None:
        """End the coroutine, if it has begun."""
        if self._begun is not None:
            self._begun.close()


class _Cursors:
    """The cursors of one search: each is followed once."""

    def __init__(self, request: Request[Any]) -> None:
        self._request = request
        self._seen = {getattr(request, "cursor", None)}

    def following(self, page: Page[Any]) -> Request[Any] | None:
        """Make the request of the page after this one; None when this is the last."""
        cursor = _next_cursor(page)
        if not cursor:
            return None
        if cursor in self._seen:
            refusal = "the API handed out the same cursor twice: its pages would never end"
            raise about(PaginationError(refusal), self._request)
        self._seen.add(cursor)
        return cast("Request[Any]", attrs.evolve(cast("Any", self._request), cursor=cursor))


class PagedEndpoint(Generic[P, PageT]):
    """Make a request that is answered in pages callable in a namespace."""

    def __init__(self, request: Callable[P, Request[PageT]]) -> None:
        self.request = request

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        name_operation(self.request, owner, name)

    def __repr__(self) -> str:
        return f"PagedEndpoint({getattr(self.request, '__name__', self.request)})"

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
        sending: Send = partial(Paging, send=send) if inspect.iscoroutinefunction(send) else partial(_first_page, send=send)
        call = bind(self.request, sending, f"{owner.__name__}.{self.name}")
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
