"""Every endpoint of the API as a value: for documents, forms, command lines and whatever else is derived from the declarations.

```python
for endpoint in endpoints().values():
    print(endpoint.operation, endpoint.method, endpoint.path, endpoint.summary)
```
"""

from .descriptions import describe_fields
from .endpoints import EndpointInfo, endpoints
from .parameters import Parameter

__all__ = ["EndpointInfo", "Parameter", "describe_fields", "endpoints"]
