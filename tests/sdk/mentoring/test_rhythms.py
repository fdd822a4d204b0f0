"""When to meet next: turns without gaps, right on everybody's clock on that very date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Availability, Member, Rhythm, Slot
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.rhythms import next_times, next_turns
from peerloom.mentoring.session_changes import propose
from peerloom.mentoring.sessions import Session, SessionError, SessionState

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PERIODS = {
    Rhythm.TWICE_A_WEEK: (3, 4),
    Rhythm.WEEKLY: (7,),
    Rhythm.EVERY_TWO_WEEKS: (14,),
    Rhythm.MONTHLY: (28,),
}
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Casablanca",
)


def session(starts_at, state=SessionState.PLANNED, **fields):
    return Session(
        **{
            "id": starts_at.isoformat(),
            "group": "g1",
            "members": ("ada", "bo"),
            "starts_at": starts_at,
            "minutes": 60,
            "state": state,
            "proposed_by": "ada",
            "proposed_at": NOW,
            "changed_at": NOW,
        }
        | fields
    )


def member(name, text, zone="UTC"):
    return Member(id=name, timezone=zone, availability=Availability.parse(text))


def turns(rhythm, sessions=(), *, now=NOW, **options):
    return next_turns(rhythm, sessions, **{"start": MONDAY, "now": now} | options)


@given(
    st.sampled_from(list(Rhythm)),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(-60, 400),
    st.sampled_from(ZONES),
)
def test_turns_follow_each_other_from_today_on(rhythm, start, days, zone):
    now = datetime.combine(start, time(12), UTC) + timedelta(days=days)
    found = next_turns(rhythm, [], start=start, now=now, timezone=zone, count=5)
    today = now.astimezone(ZoneInfo(zone)).date()
    assert found[0].first <= max(today, start) <= found[0].last
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(days=1)
        assert after.number == before.number + 1
    # Counted by hand: walk from the start, a period at a time.
    day, number = start, 0
    while number < found[0].number:
        day += timedelta(days=PERIODS[rhythm][number % len(PERIODS[rhythm])])
        number += 1
    assert found[0].first == day


def test_a_week_has_two_turns():
    shown = [(turn.first.day, turn.last.day) for turn in turns(Rhythm.TWICE_A_WEEK)]
    assert shown == [(23, 25), (26, 29), (30, 2), (3, 6)]


def test_a_rhythm_that_has_not_begun_begins_with_its_first_turn():
    assert turns(Rhythm.WEEKLY, start=date(2026, 12, 7))[0].first == date(2026, 12, 7)


def at(day, hour=18, **fields):
    return session(datetime(2026, 11, 22, hour, tzinfo=UTC) + timedelta(days=day), **fields)


def filled(sessions, rhythm=Rhythm.TWICE_A_WEEK, **options):
    return [
        None if turn.session is None else datetime.fromisoformat(turn.session).day - 22
        for turn in turns(rhythm, sessions, **options)
    ]


def test_a_session_fills_its_turn_whatever_became_of_the_others():
    assert filled([at(1), at(8)]) == [1, None, 8, None]
    held = at(2, state="held")
    assert filled([held, at(4, state="cancelled"), at(5, state="not_held")]) == [
        2,
        None,
        None,
        None,
    ]
    assert filled([at(5, state="proposed")]) == [None, 5, None, None]
    late = NOW + timedelta(days=5)
    assert filled([at(5, state="proposed")], now=late) == [None, None, None, None]
    assert filled([at(-1)]) == [None] * 4


def test_two_sessions_early_in_a_week_are_two_sessions_a_week():
    assert filled([at(1), at(2)]) == [1, 2, None, None]
    assert filled([at(4), at(5)]) == [5, 4, None, None]
    # A third one in a week is not the first one of a later week.
    assert filled([at(4), at(5), at(1)]) == [1, 4, None, None]
    assert filled([at(1), at(2), at(5)]) == [1, 5, None, None]
    assert filled([at(1), at(2)], Rhythm.WEEKLY) == [1, None, None, None]


def test_the_day_is_that_of_the_group():
    late = session(datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    assert turns(Rhythm.WEEKLY, [late], timezone="UTC")[0].session == late.id
    berlin = turns(Rhythm.WEEKLY, [late], timezone="Europe/Berlin")
    assert [turn.session for turn in berlin[:2]] == [None, late.id]


@pytest.mark.parametrize("count", [0, -1, True, 1.5])
def test_a_number_of_turns_is_a_number(count):
    with pytest.raises(SessionError, match="count"):
        turns(Rhythm.WEEKLY, count=count)


def test_the_present_moment_knows_its_zone():
    with pytest.raises(MomentError):
        turns(Rhythm.WEEKLY, now=datetime(2026, 11, 23))  # noqa: DTZ001 - naive on purpose
    with pytest.raises(MomentError):
        turns(Rhythm.WEEKLY, start=NOW)


# --- times ----------------------------------------------------------------------------------------


def times(people, rhythm=Rhythm.WEEKLY, sessions=(), **options):
    return next_times(
        people, rhythm, sessions, **{"start": MONDAY, "now": NOW, "minutes": 60} | options
    )


def test_the_usual_day_and_hour_comes_first():
    pair = [member("ada", "Mon-Sun 8-20"), member("bo", "Mon-Sun 8-20")]
    last = at(4, 18, state="held")
    found = times(pair, sessions=[last])
    assert found.is_usual
    assert found.turn.first == date(2026, 11, 30)
    assert found.slots[0].starts_at == last.starts_at + timedelta(days=7)
    assert len(found.slots) == 3
    assert [slot.starts_at.day for slot in found.slots[1:]] == [30, 1]


@pytest.mark.parametrize(
    ("met", "today", "usual"),
    [
        # Of turns of two weeks from 23 November on: the same week of the next turn comes first,
        (date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 10)),
        (date(2026, 12, 3), date(2026, 12, 4), date(2026, 12, 17)),
        # and the other one where that has passed, or lies nearer than the end.
        (date(2026, 11, 26), date(2026, 12, 14), date(2026, 12, 17)),
        (date(2026, 11, 12), date(2026, 11, 30), date(2026, 12, 3)),
    ],
)
def test_a_group_keeps_its_weekday_in_longer_turns(met, today, usual):
    pair = [member("ada", "Mon-Sun 8-20"), member("bo", "Mon-Sun 8-20")]
    last = session(datetime.combine(met, time(18), UTC), state="held")
    now = datetime.combine(today, time(9), UTC)
    found = times(pair, Rhythm.EVERY_TWO_WEEKS, [last], now=now)
    assert found.is_usual
    assert found.slots[0].starts_at == datetime.combine(usual, time(18), UTC)


def test_a_session_that_was_too_short_to_count_leaves_its_turn_open():
    short = at(1, state="held", minutes=30)
    assert filled([short]) == [1, None, None, None]
    assert filled([short], counting_minutes=30) == [1, None, None, None]
    assert filled([short], counting_minutes=45) == [None] * 4
    # What is still to come may become longer.
    assert filled([at(1, minutes=30)], counting_minutes=45) == [1, None, None, None]
    pair = [member("ada", "Mon-Sun 8-20"), member("bo", "Mon-Sun 8-20")]
    now = NOW + timedelta(days=1)
    for counting, first in ((30, 30), (45, 23)):
        found = times(pair, sessions=[short], now=now, counting_minutes=counting)
        assert found.turn.first.day == first


def test_the_usual_hour_stays_when_the_clocks_change():
    berlin = [member(name, "Thu 18-19", "Europe/Berlin") for name in ("ada", "bo")]
    before = session(datetime(2026, 10, 22, 16, tzinfo=UTC), state="held")
    now = datetime(2026, 10, 23, tzinfo=UTC)
    found = times(berlin, sessions=[before], start=date(2026, 10, 19), now=now)
    assert found.is_usual
    assert [slot.starts_at for slot in found.slots] == [datetime(2026, 10, 29, 17, tzinfo=UTC)]


def test_an_hour_that_the_clocks_skip_is_not_usual():
    berlin = [member(name, "Sun 0-6", "Europe/Berlin") for name in ("ada", "bo")]
    before = session(datetime(2026, 3, 22, 1, 30, tzinfo=UTC), state="held")
    now = datetime(2026, 3, 23, tzinfo=UTC)
    found = times(berlin, sessions=[before], start=date(2026, 3, 16), now=now)
    assert before.starts_at.astimezone(ZoneInfo("Europe/Berlin")).hour == 2
    assert not found.is_usual
    assert found.slots


def test_a_day_that_a_place_never_had_is_not_usual():
    """Samoa went from Thursday 29 to Saturday 31 December 2011."""
    samoa = [member(name, "Mon-Sun 0-24", "Pacific/Apia") for name in ("ada", "bo")]
    friday = datetime(2011, 12, 23, 18, tzinfo=ZoneInfo("Pacific/Apia"))
    found = times(
        samoa,
        sessions=[session(friday, state="held")],
        start=date(2011, 12, 19),
        now=datetime(2011, 12, 26, 12, tzinfo=UTC),
    )
    assert found.turn.first == date(2011, 12, 26)
    assert not found.is_usual


def test_a_usual_time_lies_wholly_in_the_turn():
    pair = [member("ada", "Mon-Sun 0-24"), member("bo", "Mon-Sun 0-24")]
    late = session(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), state="held")
    assert not times(pair, sessions=[late]).is_usual
    assert times(pair, sessions=[late], minutes=30).is_usual


def test_no_time_overlaps_one_that_is_taken():
    pair = [member("ada", "Thu 18-21"), member("bo", "Thu 18-21")]
    free = times(pair, limit=9)
    assert [slot.starts_at.hour for slot in free.slots] == [18, 19, 20]
    elsewhere = Slot(datetime(2026, 11, 26, 19, tzinfo=UTC), 45)
    found = times(pair, limit=9, busy=[elsewhere])
    assert [str(slot.starts_at.time()) for slot in found.slots] == ["18:00:00", "20:00:00"]
    usual = at(-3, 19, state="held")
    assert times(pair, sessions=[usual]).is_usual
    assert not times(pair, sessions=[usual], busy=[elsewhere]).is_usual


def test_without_common_time_in_its_turn_the_first_time_after_it_is_given():
    pair = [member("ada", "Thu 18-19"), member("bo", "Thu 18-19")]
    found = times(pair, rhythm=Rhythm.TWICE_A_WEEK)
    assert found.turn.first == date(2026, 11, 26)
    assert found.reason.code == "rhythm_late"
    assert "2026-11-25" in str(found.reason)
    assert times(pair).reason.code == "rhythm"


@pytest.mark.parametrize(
    "people", [[], [member("ada", "Mon 8-9"), member("bo", "Tue 8-9")], [member("ada", "")]]
)
def test_without_any_common_time_people_read_what_to_do(people):
    found = times(people)
    assert (found.turn, found.slots) == (None, ())
    assert "add a time" in str(found.reason)


def test_who_has_planned_everything_is_not_sent_to_look_for_time():
    pair = [member("ada", "Mon-Sun 8-20"), member("bo", "Mon-Sun 8-20")]
    sessions = [at(1 + 28 * month) for month in range(4)]
    found = times(pair, Rhythm.MONTHLY, sessions)
    assert (found.turn, found.slots, found.reason.code) == (None, (), "rhythm_kept")
    assert times(pair, Rhythm.MONTHLY, sessions[:3]).turn.number == 3
    for rhythm, every in ((Rhythm.WEEKLY, 7), (Rhythm.TWICE_A_WEEK, 1)):
        sessions = [at(1 + day) for day in range(0, 92, every)]
        assert times(pair, rhythm, sessions).reason.code == "rhythm_kept"


def test_a_limit_is_a_number():
    with pytest.raises(SessionError, match="limit"):
        times([], limit=0)


def is_free(one, moment):
    local = moment.astimezone(ZoneInfo(one.timezone))
    clock = local.hour * 60 + local.minute
    return any(
        slot.day == local.weekday() and slot.start <= clock < slot.end
        for slot in one.availability.slots
    )


@settings(max_examples=60)
@given(
    st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
    st.tuples(st.integers(0, 12), st.integers(0, 12)),
    st.sampled_from(list(Rhythm)),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside it
    st.lists(st.integers(-40, 40), max_size=4),
    st.sampled_from([30, 60, 95]),
)
def test_every_minute_of_every_time_is_free_on_every_clock(
    zones, hours, rhythm, now, days, minutes
):
    people = [
        member(name, f"Mon-Sun {hour}:00-{hour + 11}:30", zone)
        for name, hour, zone in zip(("ada", "bo"), hours, zones, strict=True)
    ]
    start = now.date() - timedelta(days=10)
    whole = now.replace(minute=0, second=0, microsecond=0)
    sessions = [
        session(whole + timedelta(days=day, hours=day % 5), id=f"s{number}")
        for number, day in enumerate(days)
    ]
    found = next_times(people, rhythm, sessions, start=start, now=now, minutes=minutes)
    place = ZoneInfo(zones[0])
    assert len(set(found.slots)) == len(found.slots) <= 3
    for slot in found.slots:
        assert slot.minutes == minutes
        assert slot.starts_at >= now
        for minute in range(minutes):
            moment = slot.starts_at + timedelta(minutes=minute)
            assert all(is_free(one, moment) for one in people)
            assert found.turn.first <= moment.astimezone(place).date() <= found.turn.last
        for other in [*sessions, *(one for one in found.slots if one != slot)]:
            assert other.ends_at <= slot.starts_at or slot.ends_at <= other.starts_at


def test_the_first_time_can_still_be_proposed():
    now = datetime(2026, 11, 26, 18, tzinfo=UTC)
    people = [member("ada", "Thu 18:00-20:00"), member("bo", "Thu 18:00-20:00")]
    found = times(people, now=now)
    starts = found.slots[0].starts_at
    assert now < starts < now + timedelta(hours=1)
    propose(
        id="s1", group="g1", members=("ada", "bo"), by="ada", starts_at=starts, minutes=60, now=now
    )
