"""The base class of declared values: equality, serialization, and a repr without secrets."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs

from .fields import fields_of


def _names_of(cls: type) -> list[str]:
    return [field.name for field in fields_of(cls)]


class Model:
    """A value of the API. Equal if all fields are equal; the repr shows fields that are set, never secrets."""

    __slots__ = ()

    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]]  # so that attrs' functions accept it

    def to_dict(self) -> dict[str, Any]:
        """Return plain values as in the API's JSON: all declared fields, with None if unset, and times as RFC 3339.

        Secrets are included: the response of a login holds its session token and JWT. Choose what a browser may see.
        """
        from .serialization import to_plain

        plain: dict[str, Any] = to_plain(self)
        return plain

    def to_json(self) -> str:
        """Return `to_dict()` as JSON, secrets included."""
        import json

        return json.dumps(self.to_dict())

    @classmethod
    def example(cls, **overrides: Any) -> Self:
        """Create an example for tests: required fields have plausible, constant values; `overrides` set fields by name."""
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
            value = getattr(self, field.name, None)  # an object that failed validation may lack fields
            if value is not None:
                yield field.name, "***" if field.sensitive and value else value

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001  # as IPython calls it
        """Show it in IPython, over several lines if necessary."""
        with printer.group(4, f"{self._repr_name()}(", ")"):
            for index, (field, value) in enumerate(self.__rich_repr__()):
                if index:
                    printer.text(",")
                    printer.breakable()
                else:
                    printer.breakable("")
                printer.text(f"{field}=")
                printer.pretty(value)
