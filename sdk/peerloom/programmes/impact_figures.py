"""Impact in a programme: how far people came, who stayed, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.impact.change import REST_DAYS, ScaleChange, changes
from peerloom.mentoring.impact.funnel import funnel
from peerloom.mentoring.impact.report import ImpactReport
from peerloom.mentoring.impact.retention import Retention, retention_by_round, retention_by_week
from peerloom.mentoring.moments import utc
from peerloom.programmes.answering import questionnaires_of
from peerloom.programmes.feeds import all_journeys, all_stays
from peerloom.programmes.participants import ERASED
from peerloom.programmes.programme import Programme

FOLLOWED_WEEKS = 12
"""For so many weeks at most people are followed to see who stays."""


def impact_of(programme: Programme, *, now: datetime) -> ImpactReport:
    """Say what can be said about whether a programme does any good. For staff: only aggregates.

    People are followed by round, and before the second round by week, for as many whole weeks as
    half of them have been there, 12 at most; never both, as who knows two can subtract. Answers
    that still come in are not in what changed, see `peerloom.mentoring.impact.change.changes`.

    Parameters
    ----------
    programme
        Settle its sessions first, see `settle_sessions`. Who was erased is not counted.
    now
        The present moment; aware.

    Raises
    ------
    QuestionnaireError
        For answers to a questionnaire that does not allow them.

    Notes
    -----
    O(n log n) for n records.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> found = impact_of(Programme(name="Evening school", private_seed=2026), now=monday)
    >>> found.funnel.enrolled.value, found.retention, found.changes
    (0, (), ())
    """
    moment = utc(now, "now")
    people = all_journeys(programme)
    first = {one.member: one.group for one in people if one.group is not None}
    return ImpactReport(
        funnel=funnel(people),
        retention=tuple(_retention(programme, moment)),
        changes=tuple(_changes(programme, first, moment)),
    )


def are_answers_coming(programme: Programme, *, now: datetime) -> bool:
    """Whether somebody answered a questionnaire within the last days. O(answers)."""
    newest = max((one.at for one in programme.responses), default=None)
    return newest is not None and utc(now, "now") - newest < timedelta(days=REST_DAYS)


def _retention(programme: Programme, now: datetime) -> Iterator[Retention]:
    if len(programme.rounds) > 1:
        yield retention_by_round(map(_apart, programme.groups))
        return
    joined = sorted(one.joined_at for one in programme.members)
    if joined:
        weeks = min(FOLLOWED_WEEKS, (now - joined[len(joined) // 2]).days // 7)
        if weeks >= 1:
            yield retention_by_week(all_stays(programme), now=now, weeks=weeks)


def _apart(group: PublishedGroup) -> PublishedGroup:
    """Tell those who were erased apart from those who were in other groups."""
    if not any(one.startswith(ERASED) for one in group.members):
        return group
    members = (f"{one} {group.id}" if one.startswith(ERASED) else one for one in group.members)
    return replace(group, members=tuple(members))


def _changes(programme: Programme, first: dict[str, str], now: datetime) -> Iterator[ScaleChange]:
    answered = {one.questionnaire for one in programme.responses}
    for questionnaire in questionnaires_of(programme).values():
        if questionnaire.id in answered:
            yield from changes(questionnaire, programme.responses, groups=first, now=now)
