"""A gateway before the API: it adds the project's credentials, so that scripts, notebooks and browsers never hold them.

```python
token, text = GatewayToken.generate("notebooks", allow="effect:reads, !m2m.*")
async with Gateway(tokens=[token]) as gateway:
    client = Client(project_id, text, base_url=gateway.url)
```

`Gateway.app` is an aiohttp application to mount in a server of your own.
"""

from .allow_list import READS, AllowList
from .caller import Authenticate, Caller
from .gateway import Gateway
from .limits import Limits, Rate
from .token_file import TokenFile
from .tokens import GatewayToken

__all__ = ["AllowList", "Authenticate", "Caller", "Gateway", "GatewayToken", "Limits", "READS", "Rate", "TokenFile"]
