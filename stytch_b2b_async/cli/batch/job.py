"""A batch as it was asked for on the command line."""

from contextlib import closing
from pathlib import Path

import attrs

from stytch_b2b_async.batch.journal import Database, Journal
from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.config import Config

from .output import category
from .progress import Tally
from .reading import Checked, InputFile


@attrs.frozen
class Job:
    """What is sent, and where its outcomes are kept."""

    endpoint: EndpointInfo
    source: InputFile
    checked: Checked
    output: Path
    journal: Journal
    config: Config
    concurrency: int
    rate: str | None
    rate_store: str | None

    @property
    def facts(self) -> dict[str, str]:
        """What the journal belongs to, besides the content of the input."""
        return {"project": self.config.project_id or "", "host": self.config.base_url, "endpoint": self.endpoint.operation}

    def tally(self) -> Tally:
        """Count the rows that are not to be sent, as an earlier run has dealt with them. Raises JournalError."""
        tally = Tally(self.checked.count)
        if self.journal.path.exists() or self.journal.path.is_symlink():
            database = Database.open(self.journal.path, {**self.facts, "input": self.checked.digest}, {})
            with closing(database):
                counts = database.counts()
            for state, count in counts.items():
                if not self.journal.sends(state):
                    tally.add(category(state), count)
        return tally
