"""Every endpoint of the API as a value, to generate documents, forms, command lines and the like.

```python
for endpoint in endpoints().values():
    print(endpoint.operation, endpoint.method, endpoint.path, endpoint.summary)
```

`operations()` lists them without importing any, and `endpoint(operation)` imports only what one needs.
"""

from collections.abc import Mapping

from ._operations import OPERATIONS

TYPE_CHECKING = False  # without importing `typing`: type checkers know the name
if TYPE_CHECKING:
    from ._descriptions import describe_fields
    from ._endpoints import EndpointInfo, endpoint, endpoints
    from ._parameters import Parameter

__all__ = ["EndpointInfo", "Parameter", "describe_fields", "endpoint", "endpoints", "operations"]

_MODULE_OF = {
    "EndpointInfo": "_endpoints",
    "Parameter": "_parameters",
    "describe_fields": "_descriptions",
    "endpoint": "_endpoints",
    "endpoints": "_endpoints",
}


def operations() -> Mapping[str, str]:
    """Return the summary of every endpoint by operation, sorted. Imports no resource."""
    return OPERATIONS


if not TYPE_CHECKING:  # type checkers read the imports above

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        return value

    def __dir__() -> list[str]:
        return list(__all__)
