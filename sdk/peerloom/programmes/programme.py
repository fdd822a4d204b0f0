"""The programme: everything that one course or community keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from peerloom.asks import Ask
from peerloom.mentoring.activities import Activity
from peerloom.mentoring.agreements import Agreement
from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.closing import Farewell
from peerloom.mentoring.cohort import CohortAnswers
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.impact.questionnaires import Questionnaire, Response
from peerloom.mentoring.nudges import NudgeRecord
from peerloom.mentoring.resources import RemovedResource, Resource
from peerloom.mentoring.sessions import Session
from peerloom.mentoring.switches import SwitchAsk
from peerloom.mentoring.words import line
from peerloom.policy import Policy
from peerloom.programmes.cohorts import cohort_of
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import Participant
from peerloom.programmes.preferences import Preferences
from peerloom.programmes.records import Records
from peerloom.programmes.rounds import Draft, Round
from peerloom.programmes.settings import Settings


def _no(name: str) -> Callable[[], Records[Any]]:
    return lambda: Records(KINDS[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFolder:
    """What a programme holds of one group. Only its members may read it.

    Parameters
    ----------
    group
        The group.
    agreement
        What it settled; None where nothing was drafted.
    goals
        Its own goals and those of its members.
    sessions, check_ins, switch_asks, farewells, resources
        Of this group. A check-in may only be shown through `visible_to`, and so on.
    """

    group: PublishedGroup
    agreement: Agreement | None
    goals: tuple[Goal, ...] = field(repr=False)
    sessions: tuple[Session, ...] = field(repr=False)
    check_ins: tuple[CheckIn, ...] = field(repr=False)
    switch_asks: tuple[SwitchAsk, ...] = field(repr=False)
    farewells: tuple[Farewell, ...] = field(repr=False)
    resources: tuple[Resource, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFolder:
    """What a programme holds of one member. Only the member may read all of it.

    Parameters
    ----------
    member
        Who it is.
    preferences
        What they decided for themself.
    groups
        All groups they are or were in, the oldest first.
    goals, sessions, check_ins, switch_asks, farewells, nudges, responses
        Their own.
    """

    member: Participant
    preferences: Preferences
    groups: tuple[PublishedGroup, ...]
    goals: tuple[Goal, ...] = field(repr=False)
    sessions: tuple[Session, ...] = field(repr=False)
    check_ins: tuple[CheckIn, ...] = field(repr=False)
    switch_asks: tuple[SwitchAsk, ...] = field(repr=False)
    farewells: tuple[Farewell, ...] = field(repr=False)
    nudges: tuple[NudgeRecord, ...] = field(repr=False)
    responses: tuple[Response, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One course or community that runs peer mentoring, with all its records.

    It holds everything, private words too: whoever has it can read them, as whoever has the file
    can. Show it to people only through the functions that say who may read what. Nothing is ever
    changed: each function of this package gives a new programme, which shares with the old one
    all records that are the same.

    Parameters
    ----------
    name
        As people call it.
    private_seed
        A number that nobody can guess, such as ``secrets.randbits(64)``. It draws where people
        must not see through the draw, see `peerloom.mentoring.suggestions`. Never shown.
    language
        The language of what is sent, such as "en" or "pt_BR"; empty where nobody chose.
    policy
        What counts when pairing, and how often people meet.
    settings
        What else holds for everybody.
    members
        Everybody who is or was in it, but for those who were erased.
    rounds, groups
        What was published.
    draft
        Groups of which nobody was told yet; None where there is no draft.
    activities, questionnaires
        The programme's own, beside those that come with the package.
    asks
        Who asks whom to be partners. Only the asker and the asked may read one, and that it was
        declined only the asked.
    preferences, agreements, goals, sessions, check_ins, switch_asks, farewells, nudges, resources,
    removed_resources, responses
        The records of mentoring; each type says who may read it.
    erased
        How many people were erased.

    Raises
    ------
    ProgrammeError, TextError
        For numbers that are none, or a name, language or policy in words that cannot be kept.

    Examples
    --------
    >>> programme = Programme(name="Evening school", private_seed=2026)
    >>> programme
    Programme(name='Evening school', language='', members=<members: 0>, rounds=<rounds: 0>, \
groups=<groups: 0>)
    """

    name: str
    private_seed: int = field(repr=False)
    language: str = ""
    policy: Policy = field(default_factory=lambda: Policy.preset("meetup"), repr=False)
    settings: Settings = field(default_factory=Settings, repr=False)
    members: Records[Participant] = field(default_factory=_no("members"))
    rounds: Records[Round] = field(default_factory=_no("rounds"))
    groups: Records[PublishedGroup] = field(default_factory=_no("groups"))
    draft: Draft | None = field(default=None, repr=False)
    activities: Records[Activity] = field(default_factory=_no("activities"), repr=False)
    questionnaires: Records[Questionnaire] = field(
        default_factory=_no("questionnaires"), repr=False
    )
    preferences: Records[Preferences] = field(default_factory=_no("preferences"), repr=False)
    asks: Records[Ask] = field(default_factory=_no("asks"), repr=False)
    agreements: Records[Agreement] = field(default_factory=_no("agreements"), repr=False)
    goals: Records[Goal] = field(default_factory=_no("goals"), repr=False)
    sessions: Records[Session] = field(default_factory=_no("sessions"), repr=False)
    check_ins: Records[CheckIn] = field(default_factory=_no("check_ins"), repr=False)
    switch_asks: Records[SwitchAsk] = field(default_factory=_no("switch_asks"), repr=False)
    farewells: Records[Farewell] = field(default_factory=_no("farewells"), repr=False)
    nudges: Records[NudgeRecord] = field(default_factory=_no("nudges"), repr=False)
    resources: Records[Resource] = field(default_factory=_no("resources"), repr=False)
    removed_resources: Records[RemovedResource] = field(
        default_factory=_no("removed_resources"), repr=False
    )
    responses: Records[Response] = field(default_factory=_no("responses"), repr=False)
    erased: int = field(default=0, repr=False)

    __hash__ = None  # type: ignore[assignment] # it holds whole mappings, and is never a key

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name, "name", is_required=True))
        object.__setattr__(self, "language", line(self.language, "language", most=20))
        name, description = self.policy.name, self.policy.description
        said = line(name, "name"), line(description, "description")
        if said != (name, description):
            policy = replace(self.policy, name=said[0], description=said[1])
            object.__setattr__(self, "policy", policy)
        for number in ("private_seed", "erased"):
            if type(getattr(self, number)) is not int or getattr(self, number) < 0:
                raise ProgrammeError.of_field(number, "a whole number from 0 up")

    @cached_property
    def cohort(self) -> CohortAnswers:
        """What worked for everybody, counted once. Nobody may read it."""
        return cohort_of(self.sessions, self.check_ins)

    def put(self, kind: str, *records: Any) -> Programme:
        """Give a programme with these records of a kind; those of the same key are replaced.

        Nothing is checked but what each record has checked itself: the functions beside this
        class do that. The cost is that of `Records.put`.
        """
        kept: Records[Any] = getattr(self, kind)
        changes: dict[str, Any] = {kind: kept.put(*records)}
        return replace(self, **changes)

    def numbered(self, kind: str, count: int = 1) -> tuple[Programme, tuple[str, ...]]:
        """Give ids for new records of a kind, and the programme that knows they are taken."""
        kept: Records[Any] = getattr(self, kind)
        after, ids = kept.numbered(count)
        changes: dict[str, Any] = {kind: after}
        return replace(self, **changes), ids

    def current_group(self, member: str) -> PublishedGroup | None:
        """Give the group that a member is in; None while they are in none. O(own groups)."""
        lasting = [one for one in self.groups.of_member(member) if one.ended_at is None]
        return max(lasting, key=lambda one: (one.published_at, one.round), default=None)

    @property
    def current_groups(self) -> tuple[PublishedGroup, ...]:
        """All groups that last, in the order in which they were published. O(groups)."""
        return tuple(one for one in self.groups if one.ended_at is None)

    @property
    def current_round(self) -> Round | None:
        """The newest round; None before the first."""
        return max(self.rounds, key=lambda one: one.number, default=None)

    def of_group(self, group: str) -> GroupFolder:
        """Give all records of a group, in O(own).

        Raises
        ------
        UnknownRecordError
            Where there is no such group.
        """
        found = self.groups[group]
        goals = {goal.id: goal for goal in self.goals.of_group(group)}
        for member in found.members:
            goals |= {goal.id: goal for goal in self.goals.of_member(member)}
        return GroupFolder(
            group=found,
            agreement=self.agreements.get(group),
            goals=tuple(goals.values()),
            sessions=self.sessions.of_group(group),
            check_ins=self.check_ins.of_group(group),
            switch_asks=self.switch_asks.of_group(group),
            farewells=self.farewells.of_group(group),
            resources=self.resources.of_group(group),
        )

    def of_member(self, member: str) -> MemberFolder:
        """Give all records of a member, in O(own).

        Raises
        ------
        UnknownRecordError
            Where there is no such member.
        """
        return MemberFolder(
            member=self.members[member],
            preferences=self.preferences.get(member) or Preferences(member=member),
            groups=self.groups.of_member(member),
            goals=self.goals.of_member(member),
            sessions=self.sessions.of_member(member),
            check_ins=self.check_ins.of_member(member),
            switch_asks=self.switch_asks.of_member(member),
            farewells=self.farewells.of_member(member),
            nudges=self.nudges.of_member(member),
            responses=self.responses.of_member(member),
        )
