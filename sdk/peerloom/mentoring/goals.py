"""Goals: what a member or a group wants, how it is measured, and what became of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from peerloom.mentoring.checks import flag, record_or_none, records
from peerloom.mentoring.errors import GoalError
from peerloom.mentoring.measures import Measure, exact
from peerloom.mentoring.moments import utc, whole_day
from peerloom.mentoring.topics import Family, family_of
from peerloom.mentoring.words import identifier, line, prose

MOST_MILESTONES = 50


class GoalState(enum.StrEnum):
    """What became of a goal, or of an earlier version of it.

    A goal that was revised goes on and is open; `REVISED` is the state of the version before.
    """

    OPEN = "open"
    MET = "met"
    REVISED = "revised"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One step on the way, done or not.

    Only the owner of the goal and the members of their group may read it.

    Parameters
    ----------
    text
        What is to be done, on one line.
    done_at
        When it was done; aware, kept in UTC; None while it is not.
    member
        Who does it, where the goal is a group's; None for all of them or nobody yet.
    """

    text: str = field(repr=False)
    done_at: datetime | None = None
    member: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", line(self.text, "text", is_required=True))
        if self.done_at is not None:
            object.__setattr__(self, "done_at", utc(self.done_at, "done_at"))
        if self.member is not None:
            identifier(self.member, "member")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEntry:
    """Where a measure stood at a moment.

    Only the owner of the goal and the members of their group may read it.

    Parameters
    ----------
    at
        When it stood there; aware, kept in UTC.
    by
        Who wrote it down; None for somebody who was erased.
    value
        The number, in the unit of the measure: where it stands, not what was added.
    note
        A few words about it.
    """

    at: datetime
    by: str | None
    value: Decimal
    note: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at, "at"))
        object.__setattr__(self, "value", exact(self.value))
        object.__setattr__(self, "note", prose(self.note, "note"))
        if self.by is not None:
            identifier(self.by, "by")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalTerms:
    """What a goal says: the part that a revision replaces.

    Only the owner of the goal and the members of their group may read it.

    Parameters
    ----------
    statement
        What is wanted, in own words. It may be empty at first.
    family
        What kind of goal it is; None where nobody said.
    measure
        What is counted; None where nothing is.
    milestones
        The steps on the way, at most 50.
    due
        The last day on which it is in time; None without one.
    is_gear_change
        Whether it is about changing the career. Only a goal of the family "career" is.

    Raises
    ------
    GoalError
        For too many milestones, or a gear change outside the family "career".
    TextError
        For a statement that cannot be kept.
    MomentError
        For a due day that is no day.
    """

    statement: str = field(default="", repr=False)
    family: Family | None = None
    measure: Measure | None = field(default=None, repr=False)
    milestones: tuple[Milestone, ...] = ()
    due: date | None = None
    is_gear_change: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "statement", prose(self.statement, "statement"))
        object.__setattr__(self, "family", family_of(self.family))
        record_or_none(Measure, self.measure, "measure", GoalError)
        milestones = records(Milestone, self.milestones, "milestones", GoalError)
        object.__setattr__(self, "milestones", milestones)
        if len(milestones) > MOST_MILESTONES:
            raise GoalError.of_field("milestones", f"at most {MOST_MILESTONES} milestones")
        if self.due is not None:
            whole_day(self.due, "due")
        flag(self.is_gear_change, "is_gear_change", GoalError)
        if self.is_gear_change and self.family is not Family.CAREER:
            raise GoalError.of_field("is_gear_change", 'the family "career"')


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChange:
    """Something that happened to a goal as a whole.

    Only the owner of the goal and the members of their group may read it.

    Parameters
    ----------
    at
        When; aware, kept in UTC.
    by
        Who did it; None for somebody who was erased.
    state
        `REVISED`, `MET`, `LET_GO`, or `OPEN` for a goal that was taken up again.
    why
        The reason in their words; may be empty.
    before
        What the goal said until a revision; None for every other change.
    set_aside
        Progress in the unit from before, where a revision counts something else.
    """

    at: datetime
    by: str | None
    state: GoalState
    why: str = field(default="", repr=False)
    before: GoalTerms | None = field(default=None, repr=False)
    set_aside: tuple[ProgressEntry, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at, "at"))
        object.__setattr__(self, "state", _state(self.state))
        object.__setattr__(self, "why", prose(self.why, "why"))
        if self.by is not None:
            identifier(self.by, "by")
        record_or_none(GoalTerms, self.before, "before", GoalError)
        set_aside = records(ProgressEntry, self.set_aside, "set_aside", GoalError)
        object.__setattr__(self, "set_aside", set_aside)
        if (self.before is None) is (self.state is GoalState.REVISED):
            raise GoalError.of_field("before", "the earlier version, for a revision and only there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of one member, or of a group.

    Its words and numbers are for the owner and the members of their group only; what staff may see
    is its `GoalOutline`. A goal of a member travels on with them into the next group.

    Parameters
    ----------
    id
        What tells it from every other goal of the programme.
    member, group
        Whose it is: the id of a member or of a group, exactly one of the two.
    statement, family, measure, milestones, due, is_gear_change
        What it says; see `GoalTerms`. Where there is a measure, it tells how far the goal is;
        otherwise the milestones do.
    set_at
        When it was set; aware, kept in UTC.
    state
        `OPEN`, `MET` or `LET_GO`. A goal that was revised is open.
    progress
        Where the measure stood, in the order of time; what was written down last comes last.
    history
        What happened to it, the oldest first.
    is_shared
        Whether the owner lets staff read the statement.

    Raises
    ------
    GoalError
        For no owner or two, or a state that a goal cannot have.
    TextError, MomentError
        For words or moments that cannot be kept.

    Examples
    --------
    >>> from datetime import UTC
    >>> goal = Goal(
    ...     id="g1",
    ...     member="ada",
    ...     statement="Send twelve applications",
    ...     family=Family.CAREER,
    ...     measure=Measure(start=0, target=12, unit="applications"),
    ...     due=date(2026, 12, 18),
    ...     set_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... )
    >>> goal.is_open, goal.value
    (True, Decimal('0'))
    """

    id: str
    member: str | None = None
    group: str | None = None
    statement: str = field(default="", repr=False)
    family: Family | None = None
    measure: Measure | None = field(default=None, repr=False)
    milestones: tuple[Milestone, ...] = ()
    due: date | None = None
    is_gear_change: bool = field(default=False, repr=False)
    set_at: datetime
    state: GoalState = GoalState.OPEN
    progress: tuple[ProgressEntry, ...] = field(default=(), repr=False)
    history: tuple[GoalChange, ...] = field(default=(), repr=False)
    is_shared: bool = False

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        if (self.member is None) is (self.group is None):
            raise GoalError("A goal belongs to a member or to a group: give one of the two.")
        for name in ("member", "group"):
            if getattr(self, name) is not None:
                identifier(getattr(self, name), name)
        terms = self.terms
        for name in ("statement", "family", "milestones"):
            object.__setattr__(self, name, getattr(terms, name))
        object.__setattr__(self, "set_at", utc(self.set_at, "set_at"))
        object.__setattr__(self, "state", _state(self.state))
        if self.state is GoalState.REVISED:
            raise GoalError.of_field("state", "open, met or let_go: a revised goal is open")
        progress = records(ProgressEntry, self.progress, "progress", GoalError)
        in_order = tuple(sorted(progress, key=lambda entry: entry.at))
        object.__setattr__(self, "progress", in_order)
        history = records(GoalChange, self.history, "history", GoalError)
        object.__setattr__(self, "history", history)
        flag(self.is_shared, "is_shared", GoalError)

    @property
    def terms(self) -> GoalTerms:
        """What the goal says now."""
        return GoalTerms(
            statement=self.statement,
            family=self.family,
            measure=self.measure,
            milestones=self.milestones,
            due=self.due,
            is_gear_change=self.is_gear_change,
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody still pursues it."""
        return self.state is GoalState.OPEN

    @property
    def was_revised(self) -> bool:
        """Whether it has said something else before."""
        return any(change.state is GoalState.REVISED for change in self.history)

    @property
    def changed_at(self) -> datetime:
        """When it was last set, revised, met, let go or taken up again."""
        return self.history[-1].at if self.history else self.set_at

    @property
    def written_at(self) -> datetime:
        """When its words were last set or revised."""
        revisions = [one.at for one in self.history if one.state is GoalState.REVISED]
        return revisions[-1] if revisions else self.set_at

    @property
    def counted_from(self) -> datetime:
        """Since when it is counted as it is now.

        When it was set, or when a revision last changed the start or the unit of the measure.
        """
        for change in reversed(self.history):
            before = change.before
            if before is not None and not _counts_like(before.measure, self.measure):
                return change.at
        return self.set_at

    @property
    def value(self) -> Decimal | None:
        """Where the measure stands: the newest entry, or the start; None without a measure."""
        if self.measure is None:
            return None
        return self.progress[-1].value if self.progress else self.measure.start


def _counts_like(one: Measure | None, other: Measure | None) -> bool:
    """Say whether both count the same thing from the same start; the target may differ."""
    if one is None or other is None:
        return one is other
    return (one.start, one.unit) == (other.start, other.unit)


def _state(state: str) -> GoalState:
    if state not in list(GoalState):
        raise GoalError.of_field("state", f"one of {', '.join(GoalState)}")
    return GoalState(state)
