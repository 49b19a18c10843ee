"""Batches of Ray Data to rows, and outcomes to batches."""

import math
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final, cast

from stytch_b2b_async.batch.journal import IN_DOUBT, Record, State
from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.schema import did_you_mean

_IN_DOUBT: Final = "it may have been sent by a worker that was killed, and is not sent again"


def arrow() -> Any:
    """Import pyarrow, which comes with Ray Data. Raises ImportError."""
    try:
        pyarrow: Any = import_module("pyarrow")
        pyarrow.array([])  # which imports pandas, if it is there
    except ImportError:
        raise ImportError("batches of Ray need the extra: pip install 'stytch-b2b-async[ray]'") from None
    else:
        return pyarrow


def rows_of(batch: Any) -> list[dict[str, Any]]:
    """Return the rows of a batch: an Arrow table, or a mapping of columns, such as of numpy arrays."""
    if hasattr(batch, "to_pylist"):
        return cast("list[dict[str, Any]]", batch.to_pylist())
    columns = {
        str(name): [None if _is_nan(value) else value for value in (column.tolist() if hasattr(column, "tolist") else column)]
        for name, column in cast("Mapping[str, Any]", batch).items()
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _is_nan(value: Any) -> bool:
    """Whether a value is what pandas and numpy have for one that is missing, and JSON lacks."""
    return isinstance(value, float) and math.isnan(value)


def check_keys(rows: Sequence[Mapping[str, Any]], key: str) -> None:
    """Check that each row of a batch has a key of its own. Raises ValueError."""
    keys = {(type(row[key]).__name__, str(row[key])) for row in rows if row[key] is not None and not _is_nan(row[key])}
    if len(keys) < len(rows):
        raise ValueError(f"the column {key} must identify each row: a value is missing, or there twice")


def check_columns(columns: Sequence[str], key: str, endpoint: EndpointInfo) -> None:
    """Check that a batch has the key, and otherwise parameters of the endpoint. Raises ValueError."""
    names = [parameter.name for parameter in endpoint.parameters]
    for column in columns:
        if column != key and column not in names:
            raise ValueError(f"{endpoint.operation} has no parameter {column!r}{did_you_mean(column, names)}")
    missing = [parameter.name for parameter in endpoint.parameters if parameter.required and parameter.name not in columns]
    if key not in columns or missing:
        raise ValueError(f"missing column: {key if key not in columns else missing[0]}")


def table_of(key: str, rows: Sequence[Mapping[str, Any]], records: Sequence[Record]) -> Any:
    """Return an Arrow table of what became of rows, without what was in them but for the key."""
    pa = arrow()
    shown = [_shown(record) for record in records]
    columns = {
        key: pa.array([row[key] for row in rows]),
        "ok": pa.array([record.state is State.DONE for record in shown], pa.bool_()),
        "status_code": pa.array([record.status_code for record in shown], pa.int32()),
        "request_id": pa.array([record.request_id for record in shown], pa.string()),
        "error_type": pa.array([record.error_type for record in shown], pa.string()),
        "error_message": pa.array([record.error_message for record in shown], pa.string()),
        "attempts": pa.array([record.attempts for record in shown], pa.int32()),
        "maybe_applied": pa.array([record.maybe_applied for record in shown], pa.bool_()),
    }
    return pa.table(columns)


def _shown(record: Record) -> Record:
    if record.state not in IN_DOUBT or record.error_type is not None:
        return record
    return Record(
        record.position, State.UNKNOWN, error_type="unknown_outcome", error_message=_IN_DOUBT, attempts=1, maybe_applied=True
    )
