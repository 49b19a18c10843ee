"""How a value of the API is declared: a frozen attrs class, and beside each field what its type alone cannot say.

```python
@frozen
class Greet(Model):
    member_id: InPath                     # one segment of the path
    locale: EmailLocale | None = None     # a known word, or any other string
    session_token: Secret | None = None   # never shown
```
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache, reduce, wraps
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from .tracebacks import without_frames

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

# Equality and repr come from Model, and nobody matches positionally: what is not generated makes a class half as dear to import.
_plain_frozen = attrs.frozen(eq=False, repr=False, match_args=False)
_frozen = attrs.frozen(kw_only=True, eq=False, repr=False, match_args=False, weakref_slot=False, getstate_setstate=False)


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def frozen(cls: type[T], /) -> type[T]:
    """Make a slotted, immutable attrs class whose fields are keyword-only."""
    made = _frozen(cls)
    made.__init__ = _explaining(made.__init__)  # type: ignore[method-assign]  # with the same parameters
    return made


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(attrs.field,))
def plain_frozen(cls: type[T], /) -> type[T]:
    """Make such a class whose fields may be positional: for this package's own values, which do not come from the API."""
    return _plain_frozen(cls)


def _explaining(init: F) -> F:
    """Say what is wrong with the arguments of a class in the terms of whoever calls it."""

    @wraps(init)
    def explained(*args: Any, **kwargs: Any) -> None:
        try:
            init(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # raised again, whatever it is
            misuse = _misuse(type(args[0]), len(args) - 1, kwargs) if isinstance(error, TypeError) else None
            refusal = without_frames(error) if misuse is None else TypeError(misuse)  # what the checks refuse says so itself
        else:
            return
        args, kwargs = (), {}  # from here on, no traceback shows them
        try:
            raise refusal
        finally:
            del refusal  # or its traceback and this frame would keep each other alive

    return cast("F", explained)


def _misuse(cls: type, positional: int, given: Iterable[str]) -> str | None:
    name = getattr(cls, "operation", cls.__name__)
    if positional:
        return f"{name} takes keyword arguments only"
    fields = attrs.fields(cast("Any", cls))
    names = [field.name for field in fields]
    takes = f"; it takes {', '.join(names)}"
    for unknown in (each for each in given if each not in names):
        return f"{name}: unknown parameter {unknown}{did_you_mean(unknown, names) or takes}"
    missing = [field.name for field in fields if field.default is attrs.NOTHING and field.name not in given]
    return f"{name}: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} required" if missing else None


class Place(Enum):
    """Where a field of a request travels; one that says nothing travels in the body."""

    BODY = "body"
    PATH = "path"
    QUERY = "query"
    HEADERS = "headers"
    LOCAL = "local"


class Hidden(Enum):
    """Mark of a field whose value is never shown."""

    SECRET = "secret"  # noqa: S105  # a mark, not a password


@plain_frozen
class Wire:
    """Say how a field looks on the wire: its `name` there, and what joins a list into one string.

    A field that is the `rest` holds the keys that no other field of its class takes.
    """

    name: str | None = None
    join: str | None = None
    rest: bool = False


@plain_frozen
class Known:
    """The words that the API documents for a field which takes any string."""

    words: tuple[str, ...]


InPath: TypeAlias = Annotated[str, Place.PATH]
"""An id that becomes one segment of the path."""

Secret: TypeAlias = Annotated[str, Hidden.SECRET]
"""A password, token, code or key: kept out of every repr, log and message."""

Secrets: TypeAlias = Annotated[list[str], Hidden.SECRET]
"""Several of them, such as recovery codes."""

Token: TypeAlias = Annotated[str, Hidden.SECRET, Place.LOCAL]
"""A token to check on this machine: whatever is given for one is for that check to refuse."""

Object: TypeAlias = Mapping[str, Any]  # the API itself types these as free-form JSON
"""A free-form JSON object in a request; a None inside it is sent as null, by which the API deletes a key."""

if TYPE_CHECKING:
    Open: TypeAlias = T | str
    OrMapping: TypeAlias = T | Mapping[str, Any]
else:

    class Open:
        """`Open[Literal["a", "b"]]`: those words to an editor, any string on the wire, since the API may add more."""

        def __class_getitem__(cls, words: Any) -> Any:
            return Annotated[str, Known(get_args(words))]

    OrMapping = Union[T, Mapping[str, Any]]  # noqa: UP007  # `T | …` of a TypeVar cannot be subscripted at run time


@plain_frozen
class Field:
    """What is known of one field, worked out once per class."""

    name: str
    wire_name: str
    type: Any
    place: Place
    secret: bool
    required: bool
    join: str | None
    rest: bool


def remembered(function: F) -> F:
    """Remember what a function answers for each class: `functools.cache`, without losing its signature."""
    return cast("F", cache(function))


@remembered
def fields_of(cls: type) -> tuple[Field, ...]:
    """List the fields of a declared class in their order."""
    hints = resolve(cls)
    return tuple(_field(attribute, hints[attribute.name]) for attribute in attrs.fields(cls))


@remembered
def resolve(cls: type) -> dict[str, Any]:
    """Tell the types of a class's fields, `Annotated` included."""
    return get_type_hints(cls, include_extras=True)


def _names_of(cls: type) -> list[str]:
    return [field.name for field in fields_of(cls)]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Suggest the name that was probably meant: a clause for the end of a sentence, or nothing."""
    from difflib import get_close_matches  # needed by errors alone

    close = get_close_matches(name, names, n=1, cutoff=0.7)
    return f"; did you mean {close[0]}?" if close else ""


def _field(attribute: "attrs.Attribute[Any]", hint: Any) -> Field:
    notes = tuple(notes_of(hint))
    wire = next((note for note in notes if isinstance(note, Wire)), Wire())
    return Field(
        name=attribute.name,
        wire_name=wire.name or attribute.name,
        type=hint,
        place=next((note for note in notes if isinstance(note, Place)), Place.BODY),
        secret=Hidden.SECRET in notes,
        required=attribute.default is attrs.NOTHING,
        join=wire.join,
        rest=wire.rest,
    )


def notes_of(hint: Any) -> Iterator[Any]:
    """Yield what `Annotated` says of the field itself: through `X | None`, not into a container's items."""
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        yield from notes
        yield from notes_of(inner)
    elif is_union(hint):
        for option in get_args(hint):
            yield from notes_of(option)


def bare(hint: Any) -> Any:
    """Take the notes off a type."""
    return bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def plain(hint: Any) -> Any:
    """Take the notes off a type and off what it is made of, for people to read."""
    hint = bare(hint)
    if is_union(hint):
        return reduce(lambda one, other: one | other, map(plain, get_args(hint)))
    origin = get_origin(hint)
    return origin[tuple(map(plain, get_args(hint)))] if origin in {list, dict, Mapping, Sequence} else hint


def is_union(hint: Any) -> bool:
    """Tell `X | Y` from other types."""
    return get_origin(hint) in {Union, UnionType}


def holds_model(hint: Any) -> bool:
    """Tell whether a type is a model, or made of some."""
    return next(models_in(hint), None) is not None


def models_in(hint: Any) -> Iterator[type["Model"]]:
    """Yield the models that a type is made of."""
    if isinstance(hint, type) and issubclass(hint, Model):
        yield hint
    for part in get_args(hint):
        yield from models_in(part)


class Model:
    """A value of the API: equal to another of its class when all fields are; its repr shows what is set, never a secret."""

    __slots__ = ()

    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]]  # so that the functions of attrs take it

    def to_dict(self) -> dict[str, Any]:
        """Tell it in plain values, as the API's JSON has it: every declared field, None where there is nothing, times as RFC 3339.

        Secrets are in it as they are: the response of a login holds its session token and JWT. Choose what a browser may see.
        """
        from .serialization import to_plain

        plain: dict[str, Any] = to_plain(self, lambda field: field.wire_name)
        return plain

    def to_json(self) -> str:
        """Write `to_dict()` as JSON, secrets included."""
        import json

        return json.dumps(self.to_dict())

    @classmethod
    def example(cls, **overrides: Any) -> Self:
        """Make one for a test: required fields have plausible values, always the same; `overrides` set others by their names."""
        from .examples import example_of

        return example_of(cls, overrides)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from .serialization import pydantic_schema

        return pydantic_schema(cls, handler.generate_schema)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _names_of(type(self))}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _names_of(type(self)))

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in _names_of(type(self)))))

    def __repr__(self) -> str:
        return f"{self._repr_name()}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def _repr_name(self) -> str:
        return type(self).__name__

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        for field in fields_of(type(self)):
            value = getattr(self, field.name, None)  # one that was refused may lack fields
            if value is not None:
                yield field.name, "***" if field.secret and value else value

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001  # as IPython calls it
        """Show it in IPython: over several lines where one is too short."""
        with printer.group(4, f"{self._repr_name()}(", ")"):
            for index, (field, value) in enumerate(self.__rich_repr__()):
                if index:
                    printer.text(",")
                    printer.breakable()
                else:
                    printer.breakable("")
                printer.text(f"{field}=")
                printer.pretty(value)


def secrets_of(value: object) -> Iterator[str]:
    """Yield every secret string that a declared value holds, however deep."""
    if isinstance(value, Model):
        for field in fields_of(type(value)):
            inner = getattr(value, field.name)
            yield from _strings(inner) if field.secret else secrets_of(inner)
    elif isinstance(value, list | tuple):
        for item in cast("Sequence[object]", value):
            yield from secrets_of(item)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in cast("Sequence[object]", value):
            yield from _strings(item)


def masked(value: T) -> T:
    """Copy a declared value with `***` in place of its secrets, as the errors that are pickled carry it."""
    if isinstance(value, Model):
        copy = object.__new__(type(value))  # no checks: a masked token is no token
        for field in fields_of(type(value)):
            inner = getattr(value, field.name)
            object.__setattr__(copy, field.name, "***" if field.secret and inner else masked(inner))
        return copy
    if isinstance(value, list):
        return cast("T", [masked(item) for item in cast("Sequence[object]", value)])
    return value
