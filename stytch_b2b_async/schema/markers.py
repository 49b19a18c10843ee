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
    CLIENT_ONLY = "client only"
    """Used by a local check, and not sent."""


@value_class
class WireFormat:
    """How a field is sent: its `alias` on the wire, and the `delimiter` that joins a list into one string.

    A field with `catch_all` holds all keys that no other field of its class takes.
    """

    alias: str | None = None
    delimiter: str | None = None
    catch_all: bool = False


@value_class
class KnownValues:
    """The documented values of a field that accepts any string."""

    values: tuple[str, ...]


SENSITIVE: Final = "sensitive"
"""Marks a field whose value is never shown."""

MAPPING_ACCEPTED: Final = "a mapping is accepted in place of the model"
"""Marks the type of a parameter."""

InPath: TypeAlias = Annotated[str, Location.PATH]
"""An id in a path segment."""


Secret: TypeAlias = Annotated[str, SENSITIVE]
"""A password, token, code or key: kept out of reprs, logs and errors."""


Secrets: TypeAlias = Annotated[list[str], SENSITIVE]
"""A list of secrets, such as recovery codes."""


Token: TypeAlias = Annotated[str, SENSITIVE, Location.CLIENT_ONLY]
"""A token for a local check, which rejects invalid values itself."""


JSONObject: TypeAlias = Mapping[str, Any]  # the API itself types these as free-form JSON
"""A free-form JSON object in a request; a None inside it is sent as null, with which the API deletes a key."""


if TYPE_CHECKING:
    OpenEnum: TypeAlias = T | str
    OrMapping: TypeAlias = T | Mapping[str, Any]
else:

    class OpenEnum:
        """`OpenEnum[Literal["a", "b"]]`: editors suggest those values, and any string is accepted, since the API may add more."""

        def __class_getitem__(cls, values: Any) -> Any:
            return Annotated[str, KnownValues(get_args(values))]

    class OrMapping:
        """`OrMapping[Model]`: to an editor a model or a mapping, to other tools the model, which validation makes of either."""

        def __class_getitem__(cls, model: Any) -> Any:
            return Annotated[model, MAPPING_ACCEPTED]
