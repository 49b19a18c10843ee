"""The project: its credentials and figures."""

from stytch_b2b_async.api.debug import WhoAmI, WhoAmIResponse
from stytch_b2b_async.api.project import GetMetrics, GetMetricsResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.state.conditions import Condition
from stytch_b2b_async.models.project import ProjectMetric

_NAME = "Emulated project"


@handles(WhoAmI)
def whoami(project: Project, request: WhoAmI) -> WhoAmIResponse:  # noqa: ARG001  # the project is all
    """Return the project of the credentials."""
    return WhoAmIResponse(**project.response_meta(), project_id=project.project_id, name=_NAME)


@handles(GetMetrics)
def get_metrics(project: Project, request: GetMetrics) -> GetMetricsResponse:  # noqa: ARG001  # likewise
    """Count organizations, members and machine-to-machine clients."""
    every = Condition("1")
    counts = {
        "ORGANIZATION_COUNT": project.organizations.count(every),
        "MEMBER_COUNT": project.members.count_all(),
        "M2M_CLIENT_COUNT": project.m2m_clients.count(every),
    }
    metrics = [ProjectMetric(metric_type=kind, count=count) for kind, count in counts.items()]
    return GetMetricsResponse(**project.response_meta(), project_id=project.project_id, metrics=metrics)
