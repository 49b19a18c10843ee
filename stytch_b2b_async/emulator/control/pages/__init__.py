"""Pages for people: the mailbox, organizations, members, sessions and calls. They need no JavaScript."""

from . import calls, mail, overview, people
from .layout import style

__all__ = ["calls", "mail", "overview", "people", "style"]
