"""The fake: clients without a network, members who are signed in, and outages."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from stytch_b2b_async.client import BlockingClient, Client
from stytch_b2b_async.emulator.outbox import Outbox
from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.emulator.transport import IN_PROCESS_URL
from stytch_b2b_async.runtime.sender import Options
from stytch_b2b_async.testing.recorder import RecordedCall
from stytch_b2b_async.verify.options import Verification

from . import issuing
from .backend import Backend
from .credentials import IssuedToken, SignedIn
from .disturbances import Disturbance

if TYPE_CHECKING:
    from stytch_b2b_async.web import Auth


class FakeStytch:
    """A Stytch in memory, which needs no network, no port and no login.

    ```python
    fake = FakeStytch(roles={"editor": {"invoices": ["update"]}})
    app = create_app(fake.client())
    ada = fake.sign_in(organization="acme", roles=["editor"])
    browser = TestClient(app, base_url="https://testserver", cookies=ada.cookies)
    assert browser.get("/acme/invoices").status_code == 200
    assert fake.calls == []
    ```

    The calls of its clients are answered by the emulator, in process: sessions exist, end and expire, and tokens are signed with a
    real key and checked like Stytch's own. `settings` are the emulated project's; `roles` and `scopes` add to them. It needs the
    extra `emulator`. Closing it is optional.
    """

    def __init__(
        self,
        *,
        roles: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        scopes: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        settings: ProjectSettings | None = None,
    ) -> None:
        self._backend = Backend.open(settings or ProjectSettings(), roles or {}, scopes or {})

    @property
    def project_id(self) -> str:
        """The project's id."""
        return self._backend.project_id

    @property
    def secret(self) -> str:
        """The project's secret."""
        return self._backend.secret

    @property
    def calls(self) -> list[RecordedCall]:
        """The calls of its clients, newest last: `[]` says that all checks were local."""
        return self._backend.calls

    @property
    def outbox(self) -> Outbox:
        """The mails and text messages, newest last."""
        return self._backend.outbox

    def client(self, **options: Unpack[Options]) -> Client:
        """Create a client, which knows the project's key. It makes one attempt per call unless `max_attempts` says otherwise."""
        return Client(self.project_id, self.secret, **self._arguments(options))

    def blocking_client(self, **options: Unpack[Options]) -> BlockingClient:
        """Create a blocking client: see `client`."""
        return BlockingClient(self.project_id, self.secret, **self._arguments(options))

    @contextmanager
    def behind(self, auth: "Auth") -> Generator[Self]:
        """Let an application's `Auth` ask this fake instead of Stytch: `with fake.behind(auth), TestClient(app) as browser:`."""
        before = auth.client
        auth._client = self.client() if isinstance(before, Client) else self.blocking_client()  # noqa: SLF001  # only tests change it
        try:
            yield self
        finally:
            auth._client = before  # noqa: SLF001  # as above

    def sign_in(
        self,
        email_address: str = "ada@example.com",
        *,
        organization: str = "acme",
        roles: Sequence[str] | None = None,
        session_duration_minutes: int | None = None,
        session_custom_claims: Mapping[str, Any] | None = None,
        impersonator: str | None = None,
    ) -> SignedIn:
        """Sign a member in, without a factor. Raises ValueError for what the API would refuse, such as an unknown role.

        `organization` is an id, slug or external id. A missing organization or member is created. `roles` are the member's.
        `impersonator` is the address of support staff who acts as the member.
        """
        return issuing.sign_in(
            self._backend,
            email_address,
            organization=organization,
            roles=roles,
            session_duration_minutes=session_duration_minutes,
            session_custom_claims=session_custom_claims,
            impersonator=impersonator,
        )

    def machine(self, *scopes: str) -> IssuedToken:
        """Create a machine-to-machine client with these scopes, and a token of it."""
        return issuing.machine(self._backend, scopes)

    def connected_app(
        self, *scopes: str, email_address: str = "ada@example.com", organization: str = "acme", client_type: str = "first_party"
    ) -> IssuedToken:
        """Create a connected app, and a token with these scopes that a member granted. A missing member is created."""
        return issuing.connected_app(
            self._backend, scopes, email_address=email_address, organization=organization, client_type=client_type
        )

    def down(self, operations: str = "*", *, status: int | None = None) -> Disturbance:
        """Fail calls from now on: they get no connection, or an error with a `status`, such as 429.

        `operations` is a pattern, such as `sessions.*`. It ends with `up()`, or with a block: `with fake.down(): …`.
        """
        return self._backend.disturb(operations, status=status, drop=None if status else "before")

    def slow(self, seconds: float, operations: str = "*") -> Disturbance:
        """Delay calls from now on; `operations` and the end are as of `down`."""
        return self._backend.disturb(operations, latency=seconds)

    def up(self) -> None:
        """End all that `down` and `slow` began."""
        self._backend.undisturb()

    def close(self) -> None:
        """Forget everything; later calls of its clients fail. Closing twice is harmless."""
        self._backend.shut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FakeStytch({self.project_id!r})"

    def _arguments(self, options: Options) -> dict[str, Any]:
        verification = Verification(keys=[self._backend.public_key])
        return {
            "base_url": IN_PROCESS_URL,
            "transport": self._backend,
            "verification": verification,
            "max_attempts": 1,
            **options,
        }
