"""Locking members out after too many failures in a row."""

from datetime import timedelta
from http import HTTPStatus

from stytch_b2b_async.emulator.faults import Fault
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.store import changed
from stytch_b2b_async.models.member import Member


def refuse_locked(members: list[Member]) -> None:
    """Refuse a login while a member is locked, whatever they bring."""
    if any(member.is_locked for member in members):
        message = "The member is locked after too many failed attempts."
        raise Fault("user_lock_limit_reached", message, HTTPStatus.TOO_MANY_REQUESTS)


def count_failure(project: Project, members: list[Member]) -> None:
    """Note that a login failed; the last that may fail locks the member."""
    for member in members:
        failures = project.members.failures(member) + 1
        if failures >= project.settings.failures_before_lock:
            now = project.clock.now()
            until = now + timedelta(minutes=project.settings.lock_minutes)
            project.members.save(changed(member, is_locked=True, lock_created_at=now, lock_expires_at=until))
            failures = 0  # the count begins anew when the lock ends
        project.members.count_failures(member, failures)


def forget_failures(project: Project, members: list[Member]) -> None:
    """Note that a login did not fail."""
    for member in members:
        project.members.count_failures(member, 0)
