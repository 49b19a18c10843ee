"""How a call reaches the API: the only rooms that know aiohttp.

- `interface`: what a client needs of the network, and what it is told of an attempt
- `slots`: how many attempts are under way, in which order they begin, and how closing ends them
- `pool`, `borrowed`: sessions of our own, one for each event loop, and one that somebody lends
- `direct`: the short way of a call, over the connections of a session of our own
- `through_session`: the long way, through `ClientSession.request`
- `connector`, `proxies`: connections that last, and what the environment puts in their way
- `body`, `failures`: what comes back, and what does not
"""

from .borrowed import BorrowedSession
from .interface import Attempt, Transport, departed, request_sent
from .pool import SessionPool

__all__ = ["Attempt", "BorrowedSession", "SessionPool", "Transport", "departed", "request_sent"]
