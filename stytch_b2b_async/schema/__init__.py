"""Declarations of the API's values: frozen attrs classes with annotated fields.

```python
@frozen
class Greet(Model):
    member_id: InPath                     # a path segment
    locale: EmailLocale | None = None     # a documented value, or any other string
    session_token: Secret | None = None   # never in reprs, logs or errors
```
"""

from .declare import cached, did_you_mean, frozen, value_class
from .fields import Field, fields_of, models_of
from .markers import SENSITIVE, InPath, JSONObject, KnownValues, Location, OpenEnum, OrMapping, Secret, Secrets, Token, WireFormat
from .model import Model
from .redaction import redacted, secrets_of
from .shapes import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, model_in, shape_of
from .type_hints import argument_of, resolve, strip_all_annotated

__all__ = [
    "Field",
    "FreeForm",
    "SENSITIVE",
    "InPath",
    "JSONObject",
    "KnownValues",
    "ListOf",
    "Location",
    "MapOf",
    "Model",
    "ObjectOf",
    "OpenEnum",
    "OrMapping",
    "Scalar",
    "Secret",
    "Secrets",
    "Shape",
    "Token",
    "WireFormat",
    "argument_of",
    "cached",
    "did_you_mean",
    "fields_of",
    "frozen",
    "model_in",
    "models_of",
    "strip_all_annotated",
    "redacted",
    "resolve",
    "secrets_of",
    "shape_of",
    "value_class",
]
