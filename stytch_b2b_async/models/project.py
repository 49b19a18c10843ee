"""Metrics of a project."""

from stytch_b2b_async.schema import Model, frozen

from .enums import ProjectMetricType


@frozen
class ProjectMetric(Model):
    """A count, such as the number of members."""

    metric_type: ProjectMetricType
    count: int
