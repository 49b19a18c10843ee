"""Searching: what to look for, and how far the answer goes."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from stytch_b2b_async.schema import Model, OpenEnum, frozen


@frozen
class SearchQuery(Model):
    """What to look for: operands such as `{"filter_name": "member_emails", "filter_value": ["ada@example.com"]}`."""

    operator: OpenEnum[Literal["AND", "OR"]]
    """`AND`; `OR` is deprecated and no longer supported."""
    operands: Sequence[Mapping[str, Any]]


@frozen
class ResultsMetadata(Model):
    """How far an answer in pages goes."""

    total: int
    """How many items there are in all; -1 when the workspace does not count them."""
    next_cursor: str | None = None
    """Where the next page begins; None on the last."""
