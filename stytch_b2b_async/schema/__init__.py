"""How a value of the API is declared: a frozen attrs class, and beside each field what its type alone cannot say.

```python
@frozen
class Greet(Model):
    member_id: InPath                     # one segment of the path
    locale: EmailLocale | None = None     # a known word, or any other string
    session_token: Secret | None = None   # never shown
```
"""

from .declare import did_you_mean, frozen, plain_frozen, remembered
from .fields import Field, bare, fields_of, is_union, notes_of, plain, resolve
from .markers import Hidden, InPath, Known, Object, Open, OrMapping, Place, Secret, Secrets, Token, Wire
from .model import Model, holds_model, models_in
from .redaction import masked, secrets_of

__all__ = [
    "Field",
    "Hidden",
    "InPath",
    "Known",
    "Model",
    "Object",
    "Open",
    "OrMapping",
    "Place",
    "Secret",
    "Secrets",
    "Token",
    "Wire",
    "bare",
    "did_you_mean",
    "fields_of",
    "frozen",
    "holds_model",
    "is_union",
    "masked",
    "models_in",
    "notes_of",
    "plain",
    "plain_frozen",
    "remembered",
    "resolve",
    "secrets_of",
]
