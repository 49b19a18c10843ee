"""What stands beside a field's type: where it travels, whether it is sensitive, which values are known."""

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, get_args

from .declare import T, value_class


class Location(Enum):
    """Where a field of a request travels; one that says nothing travels in the body."""

    BODY = "body"
    PATH = "path"
    QUERY = "query"
    HEADERS = "headers"
    LOCAL = "local"


class Hidden(Enum):
    """Mark of a field whose value is never shown."""

    SECRET = "secret"  # noqa: S105  # a mark, not a password


@value_class
class WireFormat:
    """Say how a field looks on the wire: its `name` there, and what joins a list into one string.

    A field that is the `rest` holds the keys that no other field of its class takes.
    """

    name: str | None = None
    join: str | None = None
    rest: bool = False


@value_class
class KnownValues:
    """The words that the API documents for a field which takes any string."""

    words: tuple[str, ...]


MAPPING_ACCEPTED: Final = "a mapping is accepted in place of the model"
"""Marks the type of a parameter."""

InPath: TypeAlias = Annotated[str, Location.PATH]
"""An id that becomes one segment of the path."""


Secret: TypeAlias = Annotated[str, Hidden.SECRET]
"""A password, token, code or key: kept out of every repr, log and message."""


Secrets: TypeAlias = Annotated[list[str], Hidden.SECRET]
"""Several of them, such as recovery codes."""


Token: TypeAlias = Annotated[str, Hidden.SECRET, Location.LOCAL]
"""A token to check on this machine: whatever is given for one is for that check to refuse."""


JSONObject: TypeAlias = Mapping[str, Any]  # the API itself types these as free-form JSON
"""A free-form JSON object in a request; a None inside it is sent as null, by which the API deletes a key."""


if TYPE_CHECKING:
    OpenEnum: TypeAlias = T | str
    OrMapping: TypeAlias = T | Mapping[str, Any]
else:

    class OpenEnum:
        """`OpenEnum[Literal["a", "b"]]`: those words to an editor, any string on the wire, since the API may add more."""

        def __class_getitem__(cls, words: Any) -> Any:
            return Annotated[str, KnownValues(get_args(words))]

    class OrMapping:
        """`OrMapping[Model]`: to an editor a model or a mapping, to other tools the model, which validation makes of either."""

        def __class_getitem__(cls, model: Any) -> Any:
            return Annotated[model, MAPPING_ACCEPTED]
