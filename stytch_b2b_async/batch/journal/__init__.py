"""The journal of a batch: what was sent and what became of it, on disk, so that another run can go on after a crash."""

from .database import Database
from .journal import Journal
from .records import IN_DOUBT, Record, State, record_of

__all__ = ["Database", "IN_DOUBT", "Journal", "Record", "State", "record_of"]
