"""Metrics of the project."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Endpoint, Mode, Namespace, Request, Response, get
from stytch_b2b_async.models.project import ProjectMetric
from stytch_b2b_async.schema import frozen


@frozen
class GetMetricsResponse(Response):
    """Metrics of the project."""

    project_id: str
    metrics: list[ProjectMetric]


@get("/v1/projects/metrics")
class GetMetrics(Request[GetMetricsResponse]):
    """Count the project's organizations, members and machine-to-machine clients.

    See https://stytch.com/docs/api-reference/b2b/api/overview.
    """


class Project(Namespace[Mode]):
    """Metrics of the project."""

    metrics: Final = Endpoint(GetMetrics)
