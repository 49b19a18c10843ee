"""What is wrong with an input."""


class InputError(Exception):
    """A mistake in the input, with its place. The reason never holds a value, which may be a secret."""

    def __init__(self, reason: str, row: int | None = None, column: str | None = None) -> None:
        super().__init__(reason, row, column)
        self.reason = reason
        self.row = row
        self.column = column

    def __str__(self) -> str:
        places = [f"row {self.row}"] if self.row is not None else []
        places += [f"column {self.column or 'without a name'}"] if self.column is not None else []
        return f"{', '.join(places)}: {self.reason}" if places else self.reason


class UnreadableError(InputError):
    """A mistake after which nothing can be read."""
