"""Many requests: at the pace the API allows, through crashes, over several machines.

`client.batch(…)` and `blocking_client.batch(…)` give out batches.
"""

from .asynchronous import Batch
from .blocking import BlockingBatch
from .errors import JournalError
from .journal import Journal
from .outcome import Outcome

__all__ = ["Batch", "BlockingBatch", "Journal", "JournalError", "Outcome"]
