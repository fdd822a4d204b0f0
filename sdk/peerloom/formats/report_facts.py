"""What staff may know of a whole programme, counted once for all forms of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from peerloom.members import labels
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.health import HealthView
from peerloom.mentoring.health_plan import HealthState
from peerloom.mentoring.impact.cells import Count, chain, exactly, parts, size
from peerloom.mentoring.impact.report import ImpactReport
from peerloom.mentoring.moments import utc
from peerloom.mentoring.nudge_effects import NudgeEffect
from peerloom.mentoring.session_outcomes import SessionCounts, session_counts
from peerloom.mentoring.switches import switch_wanted
from peerloom.programmes.impact_figures import are_answers_coming, impact_of
from peerloom.programmes.lot_figures import lots_of_round
from peerloom.programmes.moods import moods_for_staff
from peerloom.programmes.nudging import effects_of_nudges
from peerloom.programmes.participants import MemberState
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import without_group
from peerloom.programmes.rounds import Round
from peerloom.programmes.sessions import settle_sessions
from peerloom.programmes.views import health_for_staff
from peerloom.reasons import Reason

# What a certificate says of all together, and not of a few people or groups.
_OF_ALL = frozenset(
    {
        "proven_best",
        "proven_gap",
        "proof_worst_off_first",
        "proof_conditions",
        "proof_trio_in_turn",
        "no_repeats",
        "common_hour",
    }
)

UNWELL = frozenset({HealthState.STALLED, HealthState.NEEDS_A_LOOK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a group, as staff call them.

    Parameters
    ----------
    name
        None for somebody who was erased.
    has_left
        Whether they are no longer in the programme.
    """

    name: str | None
    has_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """A group that lasts, as staff may see it: nothing that is written in private.

    Parameters
    ----------
    id, people
        Which one, and who is in it.
    sessions
        How many, and when the last one was.
    health
        How it is doing, as staff see it.
    switch
        That a switch is wanted; never by whom. None where none is.
    """

    id: str
    people: tuple[Person, ...]
    sessions: SessionCounts
    health: HealthView
    switch: Reason | None = None

    @property
    def needs_somebody(self) -> bool:
        """Whether staff should look at it."""
        return self.health.state in UNWELL or self.switch is not None

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        last = self.sessions.last_held_at
        return {
            "id": self.id,
            "people": [{"name": one.name, "has_left": one.has_left} for one in self.people],
            "sessions_held": self.sessions.held,
            "sessions_counted": self.sessions.counted,
            "last_held_at": None if last is None else last.isoformat(),
            "health": self.health.to_dict(),
            "switch_wanted": self.switch is not None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFacts:
    """One round: how its groups were drawn, and how many of them met.

    Parameters
    ----------
    number, published_at
        Which one, and when.
    policy, seed
        How it was drawn.
    score, upper_bound
        What its groups score together, and what is proven that none can.
    groups, met
        How many groups there were, those of repairs included, and how many of them held a session
        that counts.
    held
        How many sessions they held; None where `met` is not told, which never is larger.
    repairs
        How often groups were changed because somebody came or left.
    certificate
        What is proven, as it was written when the groups were drawn. It names nobody.
    """

    number: int
    published_at: datetime
    policy: str
    seed: int
    score: int
    upper_bound: int
    groups: int
    met: Count
    held: int | None
    repairs: int
    certificate: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "number": self.number,
            "published_at": self.published_at.isoformat(),
            "policy": self.policy,
            "seed": self.seed,
            "score": self.score,
            "upper_bound": self.upper_bound,
            "groups": self.groups,
            "met": self.met.to_dict(),
            "held": self.held,
            "repairs": self.repairs,
            "certificate": [dict(sentence) for sentence in self.certificate],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """A whole programme as staff may see it. Nothing private is in it.

    Parameters
    ----------
    name
        Of the programme.
    now
        At which moment it was like this; aware, in UTC.
    timezone
        On whose clock staff read moments.
    with_names
        Whether groups and people are told by name. Without, it may be given to others than staff:
        then small numbers of groups are hidden, too.
    people
        How many take part, pause and have left; without names only how many there are.
    alone
        Who takes part and is in no group now; empty without names.
    has_draft
        Whether groups are drawn of which nobody was told yet.
    groups
        Those that last, the ones that need somebody first; empty without names.
    states
        How many groups that last are in each state.
    counting_minutes
        From how many minutes a session counts.
    rounds
        The oldest first.
    moods
        How many people in the whole programme are doing less well, where that may be told.
    reminders
        What followed reminders.
    impact
        How far people came, who stayed, and what changed.
    are_answers_coming
        Whether answers to questionnaires still come in, so that what changed is not shown yet.
    has_erased
        Whether somebody was erased, whom nothing here counts.
    """

    name: str
    now: datetime
    timezone: str
    with_names: bool
    people: Mapping[str, Count] = field(hash=False)
    alone: tuple[str, ...] = ()
    has_draft: bool = False
    groups: tuple[GroupFacts, ...] = ()
    states: Mapping[HealthState, Count] = field(default_factory=dict, hash=False)
    counting_minutes: int = 0
    rounds: tuple[RoundFacts, ...] = ()
    moods: Reason | None = None
    reminders: tuple[NudgeEffect, ...] = ()
    impact: ImpactReport = field(default_factory=ImpactReport)
    are_answers_coming: bool = False
    has_erased: bool = False

    @property
    def needing(self) -> tuple[GroupFacts, ...]:
        """The groups that staff should look at, the most urgent first."""
        return tuple(group for group in self.groups if group.needs_somebody)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON, with stable keys."""
        return {
            "name": self.name,
            "at": self.now.isoformat(),
            "timezone": self.timezone,
            "with_names": self.with_names,
            "people": {name: count.to_dict() for name, count in self.people.items()},
            "alone": list(self.alone),
            "has_draft": self.has_draft,
            "groups": [group.to_dict() for group in self.groups],
            "states": {state.value: count.to_dict() for state, count in self.states.items()},
            "counting_minutes": self.counting_minutes,
            "rounds": [one.to_dict() for one in self.rounds],
            "moods": None if self.moods is None else self.moods.to_dict(),
            "reminders": [one.to_dict() for one in self.reminders],
            "impact": self.impact.to_dict(),
            "are_answers_coming": self.are_answers_coming,
            "has_erased": self.has_erased,
        }


def report_facts(
    programme: Programme, *, now: datetime, with_names: bool = True, draws: int = 0
) -> ReportFacts:
    """Count what a report tells.

    Parameters
    ----------
    programme
        Any.
    now
        The present moment; aware. Records of later moments count as well.
    with_names
        False for a report that others than staff may read.
    draws
        How often the lot of the current round is drawn again, for `lots_of_round`; 0 for a report
        without such comparisons. Each draw costs one pairing.

    Raises
    ------
    QuestionnaireError
        For answers to a questionnaire that does not allow them.
    LotError, ImpactError
        As for `lots_of_round`.
    MomentError
        For a moment without a time zone.

    Notes
    -----
    O(n log n) for n records; the programme itself stays as it is. Two reports a few answers apart
    tell more than each alone: keep them among staff, and give others one.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> facts = report_facts(Programme(name="Evening school", private_seed=2026), now=monday)
    >>> facts.people["taking_part"].value, facts.rounds
    (0, ())
    """
    moment = utc(now, "now")
    settled = settle_sessions(programme, now=moment)
    views = health_for_staff(settled, now=moment)
    alone = without_group(settled)
    states = Counter(view.state for view in views)
    in_order = {state.value: states[state] for state in HealthState if states[state]}
    counted = {name: exactly(count) for name, count in in_order.items()}
    facts = ReportFacts(
        name=settled.name,
        now=moment,
        timezone=settled.settings.timezone,
        with_names=with_names,
        people=_people(settled, with_names=with_names),
        has_draft=settled.draft is not None,
        states={
            HealthState(name): count
            for name, count in (counted if with_names else parts(in_order)).items()
        },
        counting_minutes=settled.policy.counting_minutes,
        rounds=tuple(
            _round(settled, one, with_names=with_names)
            for one in sorted(settled.rounds, key=lambda one: one.number)
        ),
        moods=moods_for_staff(settled, now=moment),
        reminders=effects_of_nudges(settled, now=moment),
        impact=replace(
            impact_of(settled, now=moment),
            lots=lots_of_round(settled, count=draws) if draws else {},
        ),
        are_answers_coming=are_answers_coming(settled, now=moment),
        has_erased=settled.erased > 0,
    )
    if not with_names:
        return facts
    names = _names(settled)
    return replace(
        facts,
        alone=tuple(names[one] for one in alone),
        groups=tuple(_group(settled, view, names) for view in views),
    )


def _people(programme: Programme, *, with_names: bool) -> dict[str, Count]:
    if not with_names:
        return {"enrolled": size(len(programme.members))}
    states = Counter(one.state for one in programme.members)
    return {
        "taking_part": exactly(states[MemberState.ACTIVE]),
        "paused": exactly(states[MemberState.PAUSED]),
        "left": exactly(states[MemberState.LEFT]),
    }


def _names(programme: Programme) -> dict[str, str]:
    profiles = [one.profile for one in programme.members]
    return dict(zip((one.id for one in profiles), labels(profiles), strict=True))


def _group(programme: Programme, view: HealthView, names: Mapping[str, str]) -> GroupFacts:
    group = programme.groups[view.group]
    wanted = switch_wanted(programme.switch_asks.of_group(group.id), group, Viewer.staff())
    minutes = programme.policy.counting_minutes
    return GroupFacts(
        id=group.id,
        people=tuple(_person(programme, one, names) for one in group.members),
        sessions=session_counts(programme.sessions.of_group(group.id), counting_minutes=minutes),
        health=view,
        switch=None if wanted is None else wanted.sentence(),
    )


def _person(programme: Programme, member: str, names: Mapping[str, str]) -> Person:
    known = programme.members.get(member)
    if known is None:
        return Person(name=None, has_left=True)
    return Person(name=names[member], has_left=known.state is MemberState.LEFT)


def _round(programme: Programme, one: Round, *, with_names: bool) -> RoundFacts:
    groups = [group for group in programme.groups if group.round == one.number]
    counts = [_sessions(programme, group) for group in groups]
    having_met = sum(count.counted > 0 for count in counts)
    met = exactly(having_met) if with_names else chain([len(groups), having_met])[1]
    sentences = one.drawing.certificate.get("sentences", ())
    return RoundFacts(
        number=one.number,
        published_at=one.published_at,
        policy=one.drawing.policy.name,
        seed=one.drawing.seed,
        score=one.drawing.score,
        upper_bound=one.drawing.upper_bound,
        groups=len(groups),
        met=met,
        held=None if met.value is None else sum(count.held for count in counts),
        repairs=len(one.repairs),
        certificate=tuple(
            said for said in _said(sentences) if with_names or said.get("code") in _OF_ALL
        ),
    )


def _sessions(programme: Programme, group: PublishedGroup) -> SessionCounts:
    minutes = programme.policy.counting_minutes
    return session_counts(programme.sessions.of_group(group.id), counting_minutes=minutes)


def _said(sentences: Any) -> Iterable[Mapping[str, Any]]:
    """Give the sentences of a certificate; the file keeps them as plain data of any shape."""
    if isinstance(sentences, Sequence):
        for one in sentences:
            if isinstance(one, Mapping) and isinstance(one.get("text"), str):
                yield one
