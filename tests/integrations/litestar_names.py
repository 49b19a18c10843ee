"""Names of Litestar that its older releases do not have: their handlers take parameters without them."""

from typing import TYPE_CHECKING, Any

__all__ = ["FromPath", "NamedDependency"]

if TYPE_CHECKING:
    from litestar.di import NamedDependency
    from litestar.params import FromPath
else:

    class _Itself:
        def __class_getitem__(cls, annotation: Any) -> Any:
            return annotation

    try:
        from litestar.di import NamedDependency
        from litestar.params import FromPath
    except ImportError:
        NamedDependency = FromPath = _Itself
