"""How a value of the API is declared: a frozen attrs class, and beside each field what its type alone cannot say.

```python
@frozen
class Greet(Model):
    member_id: InPath                     # one segment of the path
    locale: EmailLocale | None = None     # a known word, or any other string
    session_token: Secret | None = None   # never shown
```
"""

from .declare import cached, did_you_mean, frozen, value_class
from .fields import Field, fields_of, is_union, notes_of, plain, resolve, strip_annotated
from .markers import Hidden, InPath, JSONObject, KnownValues, Location, OpenEnum, OrMapping, Secret, Secrets, Token, WireFormat
from .model import Model, holds_model, models_in
from .redaction import redacted, secrets_of

__all__ = [
    "Field",
    "Hidden",
    "InPath",
    "KnownValues",
    "Model",
    "JSONObject",
    "OpenEnum",
    "OrMapping",
    "Location",
    "Secret",
    "Secrets",
    "Token",
    "WireFormat",
    "strip_annotated",
    "did_you_mean",
    "fields_of",
    "frozen",
    "holds_model",
    "is_union",
    "redacted",
    "models_in",
    "notes_of",
    "plain",
    "value_class",
    "cached",
    "resolve",
    "secrets_of",
]
