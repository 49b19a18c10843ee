"""Figures about the project."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Endpoint, Mode, Namespace, Request, Response, get
from stytch_b2b_async.models.project import ProjectMetric
from stytch_b2b_async.schema import frozen


@frozen
class GetMetricsResponse(Response):
    """Figures about the project."""

    project_id: str
    metrics: list[ProjectMetric]


@get("/v1/projects/metrics")
class GetMetrics(Request[GetMetricsResponse]):
    """Count the project's organizations, members and machine-to-machine clients.

    See https://stytch.com/docs/api-reference/b2b/api/overview.
    """


class Project(Namespace[Mode]):
    """Figures about the project."""

    metrics: Final = Endpoint(GetMetrics)
