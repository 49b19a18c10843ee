"""Search queries, and metadata of their results."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from stytch_b2b_async.schema import Model, OpenEnum, frozen


@frozen
class SearchQuery(Model):
    """Filters such as `{"filter_name": "member_emails", "filter_value": ["ada@example.com"]}`."""

    operator: OpenEnum[Literal["AND", "OR"]]
    """`AND`; `OR` is deprecated and no longer supported."""
    operands: Sequence[Mapping[str, Any]]
    """The filters: each has a `filter_name` and a `filter_value`."""


@frozen
class ResultsMetadata(Model):
    """Metadata of a page of results."""

    total: int
    """Total number of items; -1 if the workspace does not count them."""
    next_cursor: str | None = None
    """Cursor of the next page; None on the last."""
