"""Metadata of fields: location, sensitivity, wire format and known values."""

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, get_args

from .declare import T, value_class


class Location(Enum):
    """The location of a parameter; the body by default."""

    BODY = "body"
    PATH = "path"
    QUERY = "query"
    HEADERS = "headers"
    LOCAL = "local"


class Hidden(Enum):
    """Marks a field whose value is never shown."""

    SECRET = "secret"  # noqa: S105  # a marker, not a password


@value_class
class WireFormat:
    """How a field is sent: its `name` on the wire, and the delimiter that `join`s a list into one string.

    A field with `rest` holds all keys that no other field of its class takes.
    """

    name: str | None = None
    join: str | None = None
    rest: bool = False


@value_class
class KnownValues:
    """The documented values of a field that accepts any string."""

    words: tuple[str, ...]


MAPPING_ACCEPTED: Final = "a mapping is accepted in place of the model"
"""Marks the type of a parameter."""

InPath: TypeAlias = Annotated[str, Location.PATH]
"""An id in a path segment."""


Secret: TypeAlias = Annotated[str, Hidden.SECRET]
"""A password, token, code or key: kept out of reprs, logs and errors."""


Secrets: TypeAlias = Annotated[list[str], Hidden.SECRET]
"""A list of secrets, such as recovery codes."""


Token: TypeAlias = Annotated[str, Hidden.SECRET, Location.LOCAL]
"""A token for a local check, which rejects invalid values itself."""


JSONObject: TypeAlias = Mapping[str, Any]  # the API itself types these as free-form JSON
"""A free-form JSON object in a request; a None inside it is sent as null, with which the API deletes a key."""


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
