"""What can go wrong with a cluster itself."""

from __future__ import annotations

from nx_poincare.utils.workers import WorkersLostError

__all__ = ["ClusterError", "SchedulerLostError", "WorkerVersionError"]


class ClusterError(WorkersLostError):
    """A cluster cannot do the work, or not any more; the message names its scheduler."""


class SchedulerLostError(ClusterError):
    """The scheduler does not answer any more."""


class WorkerVersionError(ClusterError):
    """A worker has another version of what results depend on."""
