"""When a group should meet next, from its rhythm and from what is planned or was held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from peerloom.availability import MINUTES_OF_DAY
from peerloom.members import Member
from peerloom.mentoring.moments import utc, whole_day
from peerloom.mentoring.session_changes import OPEN_STATES
from peerloom.mentoring.session_outcomes import does_count
from peerloom.mentoring.sessions import Session, SessionError, SessionState
from peerloom.policy import Rhythm
from peerloom.reasons import N_, Reason
from peerloom.slots import MAX_DAYS, Slot, check_numbers, free_stretches, host_of, slots_in
from peerloom.stretches import EPOCH, MINUTE, Stretch, minute_of, without
from peerloom.zones import zone

_REMEMBERED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch of days in which the rhythm asks for one session.

    Parameters
    ----------
    number
        Counted from 0, from the start of the rhythm on.
    first, last
        Its days, both included, on the clock of the group.
    session
        The id of the session that fills it; None while it is open.
    """

    number: int
    first: date
    last: date
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTimes:
    """Times for the next session that the rhythm asks for.

    Parameters
    ----------
    turn
        The turn that they are for; None where no time was found in any.
    slots
        The times, the best first: the usual day and hour of the group if everybody is free then,
        then the earliest of each day. Empty where no time was found.
    is_usual
        Whether the first one is the usual day and hour.
    reason
        Why these, or what to do where there are none.
    """

    turn: Turn | None
    slots: tuple[Slot, ...]
    is_usual: bool = False
    reason: Reason


def next_turns(
    rhythm: Rhythm,
    sessions: Iterable[Session],
    *,
    start: date,
    now: datetime,
    timezone: str = "UTC",
    count: int = 4,
    counting_minutes: int = 0,
) -> tuple[Turn, ...]:
    """Give the turns of a rhythm from today on, and which sessions fill them.

    A week has one turn, or two of three and four days; longer rhythms have turns of two or four
    whole weeks, so that a group can keep its weekday (a month is four weeks, as in
    `Rhythm.days_between`). A session that is planned, proposed and still to come, or held for long
    enough fills the turn in which it lies. A second one in one half of a week fills the other half
    if that is open: Monday and Tuesday are two sessions a week, too.

    Parameters
    ----------
    start
        The first day of the rhythm, such as the day on which the group was published.
    now
        The present moment; aware.
    timezone
        The IANA name of the clock of the group.
    count
        How many turns, from 1 up.
    counting_minutes
        From how many minutes a session that was held counts: `Policy.counting_minutes`.

    Returns
    -------
    tuple of Turn
        Without gaps, beginning with the turn of today, or with the first one before the start.
        O(m log m) for m sessions.

    Raises
    ------
    SessionError
        For a count below 1.
    MomentError, UnknownZoneError
        For a start that is no day, a moment without a time zone, or an unknown zone.

    Examples
    --------
    >>> monday = date(2026, 11, 23)
    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> for turn in next_turns(Rhythm.TWICE_A_WEEK, [], start=monday, now=now, count=3):
    ...     print(turn.first, turn.last)
    2026-11-23 2026-11-25
    2026-11-26 2026-11-29
    2026-11-30 2026-12-02
    """
    if type(count) is not int or count < 1:
        raise SessionError.of_field("count", "a whole number from 1 up")
    now = utc(now, "now")
    place = zone(timezone)
    first_day = whole_day(start, "start")
    by_turn: dict[int, list[str]] = {}
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.id)):
        number = _turn_of(rhythm, first_day, session.starts_at.astimezone(place).date())
        if number >= 0 and _fills(session, now, counting_minutes):
            by_turn.setdefault(number, []).append(session.id)
    filled = {number: ids[0] for number, ids in by_turn.items()}
    if rhythm is Rhythm.TWICE_A_WEEK:
        for number, ids in by_turn.items():
            other_half = number ^ 1
            if len(ids) > 1 and other_half not in filled:
                filled[other_half] = ids[1]
    today = max(_turn_of(rhythm, first_day, now.astimezone(place).date()), 0)
    return tuple(
        Turn(
            number=number,
            first=_first_of(rhythm, first_day, number),
            last=_first_of(rhythm, first_day, number + 1) - timedelta(days=1),
            session=filled.get(number),
        )
        for number in range(today, today + count)
    )


def next_times(
    members: Sequence[Member],
    rhythm: Rhythm,
    sessions: Iterable[Session],
    *,
    start: date,
    now: datetime,
    minutes: int,
    limit: int = 3,
    busy: Iterable[Slot] = (),
    counting_minutes: int = 0,
) -> NextTimes:
    """Find times for the next session that the rhythm asks for.

    The first open turn with a time at which everybody is free decides. Days are those on the clock
    of the member whose id comes first, as in `propose_slots`.

    Parameters
    ----------
    members
        The people of the group, with their availability.
    sessions
        All sessions of the group; no time overlaps an open one.
    start, now, counting_minutes
        As for `next_turns`.
    minutes
        How long the session lasts.
    limit
        How many times at most, from 1 up.
    busy
        Times that are taken besides, such as sessions of these people in other groups.

    Raises
    ------
    SessionError
        For a limit below 1.
    SlotError
        For minutes outside a day.
    MomentError, UnknownZoneError
        As for `next_turns`.

    Examples
    --------
    >>> from peerloom.availability import Availability
    >>> evenings = Availability.parse("Thu 18:00-20:00")
    >>> pair = [Member(id="ada", availability=evenings), Member(id="bo", availability=evenings)]
    >>> monday = datetime(2026, 11, 23, tzinfo=UTC)
    >>> found = next_times(
    ...     pair, Rhythm.WEEKLY, [], start=monday.date(), now=monday, minutes=60
    ... )
    >>> print(found.slots[0].starts_at, found.reason, sep="; ")
    2026-11-26 18:00:00+00:00; To keep your rhythm, meet between 2026-11-23 and 2026-11-29.
    """
    if type(limit) is not int or limit < 1:
        raise SessionError.of_field("limit", "a whole number from 1 up")
    check_numbers(minutes=minutes, limit=limit)
    now = utc(now, "now")
    sessions = tuple(sessions)
    clock = host_of(members).timezone if members else "UTC"
    days_of_a_turn = int(rhythm.days_between)
    turns = next_turns(
        rhythm,
        sessions,
        start=start,
        now=now,
        timezone=clock,
        count=MAX_DAYS // days_of_a_turn + 1,
        counting_minutes=counting_minutes,
    )
    horizon = (now + timedelta(days=MAX_DAYS)).astimezone(zone(clock)).date()
    open_turns = [turn for turn in turns if turn.session is None and turn.first < horizon]
    own = (Slot(one.starts_at, one.minutes) for one in sessions if one.state in OPEN_STATES)
    # A time that begins at this very moment cannot be proposed any more.
    since, until = minute_of(now) + 1, minute_of(now) + MAX_DAYS * MINUTES_OF_DAY
    free = free_stretches(members, since, until, [*busy, *own])
    met_at = _last_times(sessions, clock)
    for turn in open_turns:
        begins = _midnight(turn.first, clock)
        ends = _midnight(turn.last + timedelta(days=1), clock)
        within = [
            Stretch(max(one.first, begins), min(one.end, ends))
            for one in free
            if one.first < ends and begins < one.end
        ]
        usual = _usual_slot(met_at, turn, within, minutes)
        taken = [Stretch(minute_of(one.starts_at), minute_of(one.ends_at)) for one in usual]
        rest = without(within, taken)
        others = slots_in(rest, clock, minutes=minutes, limit=limit - len(usual))
        if usual or others:
            return NextTimes(
                turn=turn,
                slots=(*usual, *others),
                is_usual=bool(usual),
                reason=_reason(turn, open_turns[0]),
            )
    return NextTimes(turn=None, slots=(), reason=_reason_for_none(open_turns))


def _reason_for_none(open_turns: Sequence[Turn]) -> Reason:
    if not open_turns:
        return Reason(
            code="rhythm_kept",
            template=N_("Your sessions for the next {days} days are planned: keep them."),
            values={"days": MAX_DAYS},
        )
    return Reason(
        code="no_common_time",
        template=N_(
            "In the next {days} days there is no time at which everybody is free: "
            "add a time to your week, or choose one together."
        ),
        values={"days": MAX_DAYS},
    )


def _reason(turn: Turn, due: Turn) -> Reason:
    if turn == due:
        return Reason(
            code="rhythm",
            template=N_("To keep your rhythm, meet between {first} and {last}."),
            values={"first": turn.first.isoformat(), "last": turn.last.isoformat()},
        )
    return Reason(
        code="rhythm_late",
        template=N_(
            "Until {last} there is no time at which everybody is free: "
            "these are the first ones after that."
        ),
        values={"last": (turn.first - timedelta(days=1)).isoformat()},
    )


def _last_times(sessions: Iterable[Session], clock: str) -> list[datetime]:
    """Give when the last sessions were or will be, on the clock of the group, newest first."""
    kept = (one for one in sessions if one.state in (SessionState.PLANNED, SessionState.HELD))
    starts = sorted((one.starts_at for one in kept), reverse=True)[:_REMEMBERED]
    return [one.astimezone(zone(clock)) for one in starts]


def _usual_slot(
    met_at: Iterable[datetime], turn: Turn, free: Sequence[Stretch], minutes: int
) -> tuple[Slot, ...]:
    """Give the newest usual day and hour that is free in this turn, if any."""
    for last in met_at if free else ():
        for day in _same_weekdays(last.date(), turn):
            wall = datetime.combine(day, last.timetz())
            first = minute_of(wall.astimezone(UTC))
            starts_at = EPOCH + first * MINUTE
            is_free = any(one.first <= first and first + minutes <= one.end for one in free)
            # A time that the clocks skip, or a day, comes back as another one.
            there = starts_at.astimezone(wall.tzinfo)
            if is_free and there.replace(tzinfo=None) == wall.replace(tzinfo=None):
                return (Slot(starts_at, minutes),)
    return ()


def _same_weekdays(day: date, turn: Turn) -> list[date]:
    """Give the days from a turn on with the weekday of another day.

    First comes the one that is as many weeks into the turn: in a turn of two weeks, a session that
    was in its second week is due in the second week again.
    """
    length = (turn.last - turn.first).days + 1
    week, weekday = divmod((day - turn.first).days % (-(-length // 7) * 7), 7)
    weeks = sorted(range(-(-length // 7)), key=lambda other: (abs(other - week), other))
    return [turn.first + timedelta(days=7 * one + weekday) for one in weeks]


def _fills(session: Session, now: datetime, counting_minutes: int) -> bool:
    if session.state is SessionState.PROPOSED:
        return session.starts_at > now
    return session.state is SessionState.PLANNED or does_count(
        session, counting_minutes=counting_minutes
    )


def _first_of(rhythm: Rhythm, start: date, number: int) -> date:
    return start + timedelta(days=number * _half_days(rhythm) // 2)


def _turn_of(rhythm: Rhythm, start: date, day: date) -> int:
    # The first day of a turn is rounded down, so its number is rounded up.
    return ((day - start).days * 2 + 1) // _half_days(rhythm)


def _half_days(rhythm: Rhythm) -> int:
    """Give the days between two sessions in halves, which are whole numbers."""
    return int(rhythm.days_between * 2)


def _midnight(day: date, clock: str) -> int:
    return minute_of(datetime.combine(day, time.min, zone(clock)).astimezone(UTC))
