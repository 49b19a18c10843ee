"""Where the calls of the forms go, and what is known of it."""

from functools import cache

import attrs

from stytch_b2b_async.config import Config
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.endpoint import Effect
from stytch_b2b_async.gateway import AllowList

from .emulated import Mailbox


@attrs.frozen
class Target:
    """A project, real or emulated."""

    config: Config
    """Its credentials and hosts."""
    emulator: Emulator | None
    """The explorer's own, whose calls are not asked about."""
    allow: AllowList
    """What the gateway lets through."""
    mailbox: Mailbox | None = None
    """That of the emulator, its own or another."""

    @property
    def is_live(self) -> bool:
        """Whether this is a live project."""
        return self.emulator is None and (self.config.project_id or "").startswith("project-live-")

    @property
    def name(self) -> str:
        """Say what it is."""
        if self.emulator is not None:
            return "Emulator"
        return "LIVE project" if self.is_live else "Test project"

    def asks_before(self, effect: Effect) -> bool:
        """Return whether a call is confirmed first: one that acts each time, or changes a live project. The emulator's are not."""
        if self.emulator is not None:
            return False
        return effect is Effect.ACTS_ONCE or (self.is_live and effect is not Effect.READS)

    async def refresh_mail(self) -> None:
        """Look for new messages of the emulator."""
        if self.mailbox is not None:
            await self.mailbox.refresh()

    def refuses(self, operation: str, effect: Effect) -> bool:
        """Return whether the gateway does not let an endpoint through."""
        return not self.allow.allows(operation, effect)

    def lacks(self, operation: str) -> bool:
        """Return whether this is an emulator that does not emulate an endpoint."""
        return self.mailbox is not None and operation not in emulated_operations()


@cache
def emulated_operations() -> frozenset[str]:
    """Return the endpoints that the emulator answers."""
    from stytch_b2b_async.emulator.routes import all_routes

    return frozenset(route.request.operation for route in all_routes() if route.is_emulated)
