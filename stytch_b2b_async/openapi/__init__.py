"""The API as an OpenAPI 3.1 document, for tools that read one: Swagger UI, Postman, fuzzers, generators.

```python
Path("openapi.json").write_text(json.dumps(document()))
```
"""

from ._document import document

__all__ = ["document"]
