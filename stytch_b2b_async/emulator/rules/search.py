"""Searches: filters become SQL, results come in pages, and cursors are signed, so that only the emulator's own are accepted."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import attrs

from stytch_b2b_async.api._shared.organization_params import PageParams
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.conditions import Condition, all_of, any_of
from stytch_b2b_async.models.search import ResultsMetadata, SearchQuery

_LIMITS: Final = range(1, 1001)
_DEFAULT_LIMIT: Final = 100
_MAX_OPERANDS: Final = 100
_MAX_VALUES: Final = 10_000  # of a filter; SQLite takes 32 766 in one statement
_MIN_FUZZY: Final = 3

Filter: TypeAlias = Callable[["Operand"], Condition]
"""Operand → condition, or an EmulatedError."""


@attrs.frozen
class Operand:
    """One filter of a query; reading its value checks the type."""

    errors: str
    """Prefix of error types, such as `member_search`."""
    name: str
    value: object

    def strings(self, missing: str) -> list[str]:
        """Return the value as a list of strings, not empty; `missing` names it in the error type."""
        if self.value in (None, []):
            raise self._missing(missing)
        given = self.value
        value = cast("list[object]", given) if isinstance(given, list) else [None]
        if not all(isinstance(each, str) for each in value):
            raise EmulatedError(f"{self.errors}_expected_array_of_strings", f"{self.name} takes a list of strings.")
        if len(value) > _MAX_VALUES:
            raise EmulatedError("bad_request", f"{self.name} takes at most {_MAX_VALUES} values.")
        return cast("list[str]", value)

    def string(self, missing: str) -> str:
        """Return the value as a string, not empty."""
        if self.value in (None, ""):
            raise self._missing(missing)
        if not isinstance(self.value, str):
            raise EmulatedError(f"{self.errors}_expected_string", f"{self.name} takes a string.")
        return self.value

    def fuzzy(self, missing: str, too_short: str | None = None) -> str:
        """Return the value as a part of a text, in lower case."""
        value = self.string(missing)
        if len(value) < _MIN_FUZZY:
            error_type = f"{self.errors}_{too_short or missing}_too_short"
            raise EmulatedError(error_type, f"{self.name} takes {_MIN_FUZZY} characters or more.")
        return value.lower()

    def boolean(self, missing: str) -> bool:
        """Return the value as a boolean."""
        if self.value is None:
            raise self._missing(missing)
        if not isinstance(self.value, bool):
            raise EmulatedError(f"{self.errors}_expected_boolean", f"{self.name} takes true or false.")
        return self.value

    def _missing(self, what: str) -> EmulatedError:
        return EmulatedError(f"{self.errors}_missing_{what}", f"{self.name} has no value.")


@attrs.frozen
class PageRequest:
    """Which page of a search to return."""

    limit: int
    after: int
    """Number of the last item before the page."""
    _project: Project
    _fingerprint: str

    @classmethod
    def read(cls, project: Project, request: PageParams[Any], *about: object) -> "PageRequest":
        """Read limit and cursor; `about` is what else is searched for: the cursor of another search is rejected."""
        limit = _DEFAULT_LIMIT if request.limit is None else request.limit
        if limit not in _LIMITS:
            raise EmulatedError("user_search_invalid_limit", f"limit must lie between 1 and {_LIMITS.stop - 1}.")
        query = json.dumps([type(request).operation, *about], sort_keys=True, default=str)
        page = cls(limit, 0, project, hashlib.sha256(query.encode()).hexdigest())
        return attrs.evolve(page, after=page.read_cursor(request.cursor)) if request.cursor else page

    def metadata(self, numbers: Sequence[int], count: Callable[[], int]) -> ResultsMetadata:
        """Describe a page with the numbers of its items, and the next one if there were more items than the limit."""
        more = len(numbers) > self.limit
        total = count() if more or self.after else len(numbers)  # a single page needs no second scan
        return ResultsMetadata(total=total, next_cursor=self._cursor(numbers[self.limit - 1]) if more else None)

    def read_cursor(self, cursor: str) -> int:
        """Return the number in a cursor."""
        try:
            number, _, _ = base64.urlsafe_b64decode(cursor).decode().partition(".")
            after = int(number)
        except ValueError:
            after = -1
        if not hmac.compare_digest(self._cursor(after).encode(), cursor.encode()):
            raise EmulatedError("user_search_invalid_cursor", "The cursor is not from an earlier page of this search.")
        return after

    def _cursor(self, number: int) -> str:
        key = self._project.secret.encode()
        signature = hmac.new(key, f"{number}.{self._fingerprint}".encode(), hashlib.sha256).hexdigest()
        return base64.urlsafe_b64encode(f"{number}.{signature[:32]}".encode()).decode()


def query_condition(query: object, filters: Mapping[str, Filter], errors: str) -> Condition:
    """Translate a query; no query matches everything. `errors` is the prefix of error types."""
    if not isinstance(query, SearchQuery):
        return all_of([])
    join = {"AND": all_of, "OR": any_of}.get(query.operator)
    if join is None:
        raise EmulatedError("user_search_invalid_operator", "The operator must be AND or OR.")
    if len(query.operands) > _MAX_OPERANDS:
        raise EmulatedError("bad_request", f"A query has at most {_MAX_OPERANDS} operands.")
    conditions = [_filter(operand, filters, errors) for operand in query.operands]
    return join(conditions) if conditions else all_of([])


def shown_query(query: object) -> object:
    """Return a query as plain values, for the cursor."""
    return query.to_dict() if isinstance(query, SearchQuery) else None


def _filter(operand: Mapping[str, Any], filters: Mapping[str, Filter], errors: str) -> Condition:
    name: object = operand.get("filter_name")
    if name is None:
        raise EmulatedError(f"{errors}_missing_filter_name", "An operand has no filter_name.")
    if not isinstance(name, str):
        raise EmulatedError(f"{errors}_filter_name_must_be_string", "filter_name must be a string.")
    if name not in filters:
        raise EmulatedError(f"{errors}_filter_name_not_recognized", f"There is no such filter; there are {_listed(filters)}.")
    if "filter_value" not in operand:
        raise EmulatedError(f"{errors}_missing_filter_value", f"The operand {name} has no filter_value.")
    return filters[name](Operand(errors, name, operand["filter_value"]))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
