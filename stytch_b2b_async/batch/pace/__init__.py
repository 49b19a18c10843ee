"""The pace of many calls: the vendor's rate limits, and as many calls at once as the API keeps up with.

```python
pace = await Pace.open("60/s", None, 64)
with await pace.acquire(endpoint_group(request)) as permit:
    …  # one attempt, so that the API counts what the pace counts
    permit.report(200, elapsed=0.2, retry_after=None, date=headers["Date"])
await pace.aclose()
```
"""

from stytch_b2b_async.batch.errors import RateStoreError
from stytch_b2b_async.batch.redis_address import RedisAddress

from .groups import RATE_LIMITS, endpoint_group
from .pace import Pace, Permit
from .rate import Rate

__all__ = ["Pace", "Permit", "RATE_LIMITS", "Rate", "RateStoreError", "RedisAddress", "endpoint_group"]
