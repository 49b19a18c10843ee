"""Lockout of members after too many failed logins in a row."""

from datetime import timedelta
from http import HTTPStatus

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member


def require_unlocked(members: list[Member]) -> None:
    """Refuse a login while a member is locked, even with the right password."""
    if any(member.is_locked for member in members):
        message = "The member is locked after too many failed attempts."
        raise EmulatedError("user_lock_limit_reached", message, HTTPStatus.TOO_MANY_REQUESTS)


def record_failure(project: Project, members: list[Member]) -> None:
    """Count a failed login, although the call that failed changes nothing else; the last one allowed locks the member."""
    member_ids = [member.member_id for member in members]
    project.store.after_failure(lambda: _count(project, member_ids))


def clear_failures(project: Project, members: list[Member]) -> None:
    """Count failures from zero again, after a login that did not fail."""
    for member in members:
        project.members.set_failures(member, 0)


def _count(project: Project, member_ids: list[str]) -> None:
    for member in map(project.members.with_id, member_ids):  # as they are after the rollback
        failures = project.members.failures(member) + 1
        if failures >= project.settings.failures_before_lock:
            now = project.clock.now()
            until = now + timedelta(minutes=project.settings.lock_minutes)
            project.members.save(evolve(member, is_locked=True, lock_created_at=now, lock_expires_at=until))
            failures = 0  # counted anew when the lock ends
        project.members.set_failures(member, failures)
