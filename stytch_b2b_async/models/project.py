"""Figures about a project."""

from stytch_b2b_async.schema import Model, frozen

from .enums import ProjectMetricType


@frozen
class ProjectMetric(Model):
    """How many of something the project has."""

    metric_type: ProjectMetricType
    count: int
