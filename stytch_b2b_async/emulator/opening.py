"""Open an emulated project, with all that answers calls to it."""

from typing import Final

import attrs

from .clock import Clock
from .dispatcher import Dispatcher
from .project import Project
from .routes import all_routes
from .seed import Seed, SeedSource
from .service import Service
from .settings import ProjectSettings
from .threads import DatabaseThread
from .transport import EmulatorTransport

_ROUTES: Final = all_routes()  # with this module, so that what is not installed is noticed here


@attrs.frozen(eq=False)
class Opened:
    """An open project with its dispatcher."""

    project: Project
    service: Service
    dispatcher: Dispatcher
    transport: EmulatorTransport


def open_project(
    project_id: str | None,
    secret: str | None,
    *,
    db: str,
    settings: ProjectSettings,
    clock: Clock,
    database: DatabaseThread,
    seed: "SeedSource | None" = None,
    allow_remote: bool = False,
) -> Opened:
    """Open a project; called in the `database` thread, which alone may use it."""
    planted = None if seed is None else Seed.read(seed)
    settings = settings if planted is None else planted.settings(settings)
    project = Project.open(project_id, secret, db=db, settings=settings, clock=clock)
    service = Service(project, _ROUTES, allow_remote=allow_remote)
    if planted is not None:
        try:
            state = planted.state(project, _ROUTES)
            service.run(lambda project: project.start_with(state))
        except BaseException:
            project.store.close()
            raise
    dispatcher = Dispatcher(service, database)
    return Opened(project, service, dispatcher, EmulatorTransport(dispatcher))
