import asyncio
import json
from typing import Any

import pytest
from support.http_servers import PROJECT_ID, SECRET, Scripted, ok
from support.replies import full
from support.sample_api import Piece, SearchWidgets, Widgets, WidgetsPage

from stytch_b2b_async import BlockingClient, Client, PaginationError, StytchError
from stytch_b2b_async.endpoint import Async, Blocking
from stytch_b2b_async.endpoint.paging import PagedEndpoint, Paging


def page(*names: str, cursor: str | None = None, **more: Any) -> Any:
    pieces = [{"piece_id": name, "size": 1} for name in names]
    return ok(**{"pieces": pieces, "results_metadata": {"total": 5, "next_cursor": cursor}, **more})


THREE_PAGES = [page("one", "two", cursor="c-2"), page(cursor="c-3"), page("three", cursor="")]
ALL = ["one", "two", "three"]


def awaited(network: Scripted) -> Widgets[Async]:
    return Widgets(Client(PROJECT_ID, SECRET, transport=network).send)


def names(pieces: list[Piece]) -> list[str]:
    return [piece.piece_id for piece in pieces]


def sent(network: Scripted) -> list[Any]:
    return [json.loads(call.body or b"") for call in network.calls]


class TestAwaited:
    async def test_awaiting_it_is_one_page(self) -> None:
        network = Scripted(*THREE_PAGES)
        found = await awaited(network).search(limit=2)
        assert isinstance(found, WidgetsPage)
        assert ["one", "two"] == names(found.items) == names(found.pieces)
        assert [{"limit": 2}] == sent(network)

    async def test_iterating_it_is_everything(self) -> None:
        network = Scripted(*THREE_PAGES)
        assert ALL == [piece.piece_id async for piece in awaited(network).search()]
        assert 3 == len(network.calls)

    async def test_page_by_page(self) -> None:
        pages = [names(page.items) async for page in awaited(Scripted(*THREE_PAGES)).search().pages()]
        assert [["one", "two"], [], ["three"]] == pages

    async def test_page_two_keeps_the_parameters(self) -> None:
        network = Scripted(*THREE_PAGES)
        async for _ in awaited(network).search(limit=2, labels=["a"]):
            pass
        assert [
            {"limit": 2, "labels": ["a"]},
            {"limit": 2, "labels": ["a"], "cursor": "c-2"},
            {"limit": 2, "labels": ["a"], "cursor": "c-3"},
        ] == sent(network)

    async def test_it_begins_where_the_caller_says(self) -> None:
        network = Scripted(page("nine"))
        assert ["nine"] == [piece.piece_id async for piece in awaited(network).search(cursor="c-9")]
        assert [{"cursor": "c-9"}] == sent(network)

    async def test_lazy_pages(self) -> None:
        """Nothing is fetched before it is asked for."""
        network = Scripted(*THREE_PAGES)
        search = awaited(network).search()
        assert [] == network.calls
        async for piece in search:
            if piece.piece_id == "two":
                break
        assert 1 == len(network.calls)

    async def test_dropped_search(self) -> None:
        """A search that is dropped leaves nothing behind."""
        awaited(Scripted(*THREE_PAGES)).search()
        awaited(Scripted(*THREE_PAGES)).search().close()

    async def test_it_can_be_made_a_task(self) -> None:
        network = Scripted(page("one"))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(awaited(network).search())
        assert ["one"] == names(task.result().items)
        (gathered,) = await asyncio.gather(awaited(network).search())
        assert ["one"] == names(gathered.items)
        search = awaited(network).search()
        assert asyncio.iscoroutine(search)
        search.close()

    async def test_a_task_of_it_can_be_cancelled(self) -> None:
        begun = asyncio.Event()

        class Silent:
            async def send(self, *_: object, **__: object) -> Any:
                begun.set()
                await asyncio.Event().wait()

        widgets: Widgets[Async] = Widgets(Client(PROJECT_ID, SECRET, transport=Silent()).send)
        task = asyncio.create_task(widgets.search())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def test_an_awaited_page_is_one_page(self) -> None:
        """Going on would need to await."""
        found = await awaited(Scripted(*THREE_PAGES)).search()
        with pytest.raises(TypeError, match="use `async for` with the call"):
            list(found)

    @pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"]])
    async def test_pages_that_would_never_end_are_an_error(self, cursors: list[str]) -> None:
        network = Scripted(*(page("x", cursor=cursor) for cursor in cursors))
        with pytest.raises(PaginationError, match="same cursor twice") as caught:
            [piece async for piece in awaited(network).search()]
        assert len(cursors) == len(network.calls)
        assert isinstance(caught.value.request, SearchWidgets)

    async def test_looping_cursor(self) -> None:
        """A cursor that leads back to the start is an error."""
        with pytest.raises(StytchError, match="same cursor twice"):
            [piece async for piece in awaited(Scripted(page("x", cursor="c-9"))).search(cursor="c-9")]

    async def test_an_answer_without_metadata_is_the_last(self) -> None:
        assert ["one"] == [piece.piece_id async for piece in awaited(Scripted(page("one", results_metadata=None))).search()]

    async def test_an_answer_whose_items_drifted_holds_none(self) -> None:
        network = Scripted(page(cursor="c-2", pieces="drifted"), page("two"))
        assert ["two"] == [piece.piece_id async for piece in awaited(network).search()]

    async def test_a_search_shows_what_it_looks_for(self) -> None:
        search = awaited(Scripted(page())).search(limit=5)
        assert "Paging(SearchWidgets(limit=5))" == repr(search)

    async def test_an_error_of_any_page_is_raised_there(self) -> None:
        network = Scripted(page("one", cursor="c-2"), RuntimeError("broken"))
        search = aiter(awaited(network).search())
        assert "one" == (await anext(search)).piece_id
        with pytest.raises(RuntimeError, match="broken"):
            await anext(search)


class TestBlocking:
    @pytest.mark.parametrize("again", [1, 2])
    def test_iterating_a_page_is_everything(self, again: int) -> None:
        network = Scripted(*THREE_PAGES)
        with BlockingClient(PROJECT_ID, SECRET, transport=network) as client:
            widgets: Widgets[Blocking] = Widgets(client.send)
            found = widgets.search(limit=2)
            assert ["one", "two"] == names(found.items)
            assert [{"limit": 2}] == sent(network)
            assert ALL == [piece.piece_id for piece in found]
            assert [{"limit": 2}, {"limit": 2, "cursor": "c-2"}, {"limit": 2, "cursor": "c-3"}] == sent(network)
            for _ in range(again - 1):
                assert ["one", "two", "three"] == names(list(found))

    def test_page_by_page(self) -> None:
        with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(*THREE_PAGES)) as client:
            widgets: Widgets[Blocking] = Widgets(client.send)
            pages = list(widgets.search().pages())
        assert [["one", "two"], [], ["three"]] == [names(page.items) for page in pages]

    def test_one_crossing_a_page_and_none_an_item(self) -> None:
        network = Scripted(page(*(str(number) for number in range(1_000)), cursor="c-2"), page("last"))
        with BlockingClient(PROJECT_ID, SECRET, transport=network) as client:
            widgets: Widgets[Blocking] = Widgets(client.send)
            assert 1_001 == len(list(widgets.search()))
        assert 2 == len(network.calls)

    def test_pages_that_would_never_end_are_an_error(self) -> None:
        with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(page("x", cursor="a"))) as client:
            widgets: Widgets[Blocking] = Widgets(client.send)
            with pytest.raises(PaginationError, match="same cursor twice"):
                list(widgets.search())


def test_a_page_made_by_hand_cannot_go_on() -> None:
    made = WidgetsPage(request_id="r", status_code=200, pieces=[], results_metadata=full(WidgetsPage)["results_metadata"])
    assert [] == made.items
    with pytest.raises(TypeError, match="is not iterable"):
        next(iter(made))


def test_a_namespace_decides_how_to_page() -> None:
    assert isinstance(Widgets.search, PagedEndpoint)
    assert isinstance(awaited(Scripted(page())).search(), Paging)
    assert SearchWidgets(limit=1) == SearchWidgets(limit=1)
