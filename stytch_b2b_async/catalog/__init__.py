"""Every endpoint of the API as a value, to generate documents, forms, command lines and the like.

```python
for endpoint in endpoints().values():
    print(endpoint.operation, endpoint.method, endpoint.path, endpoint.summary)
```
"""

from .descriptions import describe_fields
from .endpoints import EndpointInfo, endpoints
from .parameters import Parameter

__all__ = ["EndpointInfo", "Parameter", "describe_fields", "endpoints"]
