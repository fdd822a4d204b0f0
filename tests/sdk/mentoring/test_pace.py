"""Pace: the rule by hand, against speeds worked out another way, and what the reasons say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.goal_changes import add_progress, let_go, meet, revise, take_up
from peerloom.mentoring.goals import Goal, Milestone, ProgressEntry
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.pace import PaceState, pace
from peerloom.mentoring.plans import behind_since, plan_of

NOW = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
# From the first moment of 2 November to the last of 13 November: twelve days of one each.
TWELVE = Goal(
    id="g1",
    member="ada",
    statement="quietly",
    measure=Measure(start=0, target=12, unit="secretly"),
    due=date(2026, 11, 13),
    set_at=NOW,
)


def after(days, goal=TWELVE):
    return pace(goal, NOW + timedelta(days=days), ["UTC"])


def with_steps(count, *done_after):
    done = [NOW + timedelta(days=days) for days in done_after]
    done += [None] * (count - len(done))
    milestones = tuple(
        Milestone(text=f"quietly {index}", done_at=at) for index, at in enumerate(done)
    )
    return replace(TWELVE, measure=None, milestones=milestones)


def noted(*entries, goal=TWELVE):
    for days, value in entries:
        goal = add_progress(goal, value, at=NOW + timedelta(days=days), by="ada")
    return goal


# --- by hand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "value", "state"),
    [
        (4, 0, PaceState.ON_TRACK),  # a third of the time, nothing done: 12 left for 8 days
        (4.001, 0, PaceState.AT_RISK),
        (6, 3, PaceState.ON_TRACK),  # half the time: 9 left for 6 days
        (6, 2, PaceState.AT_RISK),
        (11, 11, PaceState.ON_TRACK),
        (11, 10, PaceState.AT_RISK),  # the last day: 2 left, twice the plan
        (11.9, 12, PaceState.REACHED),
        (2, 15, PaceState.REACHED),
        (12, 11, PaceState.OVERDUE),
        (12, 12, PaceState.REACHED),
    ],
)
def test_twelve_in_twelve_days(days, value, state):
    assert after(days, noted((0, value))).state is state


@pytest.mark.parametrize("value", [10, 8, 6])
def test_a_measure_that_falls_counts_like_one_that_rises(value):
    falling = replace(TWELVE, measure=Measure(start=10, target=-2))
    for days in (1, 5, 7, 11, 12):
        mirrored = after(days, noted((0, 10 - value)))
        found = after(days, noted((0, value), goal=falling))
        assert (found.state, found.share, found.planned, found.since) == (
            mirrored.state,
            mirrored.share,
            mirrored.planned,
            mirrored.since,
        )


@pytest.mark.parametrize(
    ("days", "done", "state", "planned"),
    [
        (3, 0, PaceState.ON_TRACK, 0),
        (5.9, 0, PaceState.ON_TRACK, 1),
        (6, 0, PaceState.ON_TRACK, 1),
        (6.1, 0, PaceState.AT_RISK, 2),
        (6.1, 1, PaceState.ON_TRACK, 2),
        (9.1, 1, PaceState.AT_RISK, 3),
        (9.1, 2, PaceState.AT_RISK, 3),
        (9.1, 3, PaceState.ON_TRACK, 3),
        (11.9, 4, PaceState.REACHED, None),
    ],
)
def test_four_milestones_in_twelve_days(days, done, state, planned):
    found = after(days, with_steps(4, *[0] * done))
    assert found.state is state
    assert found.share == Fraction(done, 4)
    assert found.planned == (None if planned is None else Fraction(planned, 4))


def test_a_single_milestone_is_never_behind_before_its_day():
    assert after(11.99, with_steps(1)).state is PaceState.ON_TRACK
    assert after(12, with_steps(1)).state is PaceState.OVERDUE


# --- against speeds -------------------------------------------------------------------------------


@given(
    start=st.integers(-50, 50),
    way=st.integers(-50, 50).filter(bool),
    values=st.lists(st.tuples(st.integers(0, 30), st.integers(-120, 120)), max_size=5),
    length=st.integers(0, 20),
    now=st.integers(0, 30 * 24),
)
def test_at_risk_is_when_the_rest_needs_more_than_half_again_the_planned_speed(
    start, way, values, length, now
):
    goal = replace(
        TWELVE,
        measure=Measure(start=start, target=start + way),
        due=NOW.date() + length * DAY,
        progress=tuple(
            ProgressEntry(at=NOW + day * DAY, by="ada", value=Decimal(value))
            for day, value in values
        ),
    )
    moment = NOW + timedelta(hours=now)
    found = pace(goal, moment, ["UTC"])
    known = sorted((at, index) for index, (at, _) in enumerate(values) if NOW + at * DAY <= moment)
    value = values[known[-1][1]][1] if known else start
    whole, left = (length + 1) * 24, (length + 1) * 24 - now
    if (value >= start + way) if way > 0 else (value <= start + way):
        expected = PaceState.REACHED
    elif left <= 0:
        expected = PaceState.OVERDUE
    else:
        needed, planned = Fraction(start + way - value, left), Fraction(way, whole)
        is_late = needed / planned > Fraction(3, 2) and now > 0
        expected = PaceState.AT_RISK if is_late else PaceState.ON_TRACK
    assert found.state is expected


@given(
    count=st.integers(1, 8),
    done=st.lists(st.integers(0, 11 * 24), max_size=8),
    now=st.integers(1, 12 * 24 - 1),
)
def test_milestones_are_planned_one_after_the_other(count, done, now):
    goal = with_steps(count, *(hour / 24 for hour in done[:count]))
    found = pace(goal, NOW + timedelta(hours=now), ["UTC"])
    known = sum(hour <= now for hour in done[:count])
    planned = sum(12 * 24 * (index + 1) < now * count for index in range(count))
    if known == count:
        assert found.state is PaceState.REACHED
        return
    assert found.planned == Fraction(planned, count)
    is_late = 2 * (count - known) > 3 * (count - planned)
    assert found.state is (PaceState.AT_RISK if is_late else PaceState.ON_TRACK)


@given(
    values=st.lists(
        st.tuples(st.integers(0, 20 * 24) | st.integers(11 * 24, 13 * 24), st.integers(-5, 14)),
        max_size=6,
    ),
    steps=st.lists(st.integers(0, 20 * 24), max_size=5),
    is_counted=st.booleans(),
    now=st.integers(0, 20 * 24),
    between=st.fractions(0, 1),
)
def test_since_is_when_it_began_and_it_has_not_stopped(values, steps, is_counted, now, between):
    if is_counted:
        goal = noted(*((hour / 24, value) for hour, value in values))
    else:
        goal = with_steps(6, *(hour / 24 for hour in steps))
    moment = NOW + timedelta(hours=now)
    found = pace(goal, moment, ["UTC"])
    if found.state not in (PaceState.AT_RISK, PaceState.OVERDUE):
        assert found.since is None
        return
    assert NOW <= found.since <= moment
    assert pace(goal, found.since, ["UTC"]).state is found.state
    assert pace(goal, found.since - TICK, ["UTC"]).state is not found.state
    inside = found.since + int((moment - found.since) // TICK * between) * TICK
    assert pace(goal, inside, ["UTC"]).state is found.state


def test_an_overdue_goal_that_slipped_back_is_overdue_since_it_slipped():
    slipped = after(15, noted((3, 12), (13, 11), (14, 10)))
    assert (slipped.state, slipped.since) == (PaceState.OVERDUE, NOW + 13 * DAY)
    early = after(15, noted((3, 12), (4, 11), (14, 10)))
    assert early.since == NOW + 12 * DAY


def test_a_goal_that_slips_back_is_at_risk_from_then_on():
    slipped = after(10, noted((1, 11), (9, 2)))
    assert (slipped.state, slipped.since) == (PaceState.AT_RISK, NOW + 9 * DAY)
    twice = after(10, noted((8, 1), (9, 2)))
    assert (twice.state, twice.since) == (PaceState.AT_RISK, NOW + 4 * DAY + TICK)


def test_a_goal_that_caught_up_and_fell_behind_again_counts_from_the_second_time():
    again = after(10, noted((5, 6)))  # late after day 4, in time again on day 5, late after day 8
    assert (again.state, again.since) == (PaceState.AT_RISK, NOW + 8 * DAY + TICK)


@pytest.mark.parametrize("value", [10**9, -(10**9)])
def test_a_number_far_off_is_no_day_outside_the_calendar(value):
    goal = noted((1, value), (9, 0), goal=replace(TWELVE, measure=Measure(start=0, target=1)))
    first = 9 * DAY if value > 0 else DAY
    assert after(10, goal).since == NOW + first
    assert after(13, goal).since == NOW + 12 * DAY
    from_the_start = noted((0, -(10**9)))
    assert after(3, from_the_start).since == NOW + TICK
    assert after(0, from_the_start).state is PaceState.ON_TRACK


def test_enough_done_is_no_moment_of_being_behind():
    plan = plan_of(with_steps(1), NOW)
    assert behind_since(plan, NOW, NOW + DAY, NOW + DAY / 2) == NOW + DAY / 2


# --- states that are no race ----------------------------------------------------------------------


def test_without_a_day_or_anything_to_count_nobody_can_say():
    no_day = after(3, noted((1, 3), goal=replace(TWELVE, due=None)))
    assert (no_day.state, no_day.share) == (PaceState.UNKNOWN, Fraction(1, 4))
    assert no_day.reason.code == "goal_without_due_day"
    no_count = after(3, replace(TWELVE, measure=None))
    assert (no_count.state, no_count.share, no_count.planned) == (PaceState.UNKNOWN, None, None)
    assert no_count.reason.code == "goal_without_measure"
    late = after(12, replace(TWELVE, measure=None))
    assert (late.state, late.since) == (PaceState.OVERDUE, NOW + 12 * DAY)
    assert (late.share, late.planned) == (None, None)
    assert (after(12).share, after(12).planned) == (0, 1)
    nothing = after(3, replace(TWELVE, measure=None, due=None))
    assert nothing.state is PaceState.UNKNOWN


def test_a_goal_that_is_closed_is_in_no_hurry():
    assert after(20, meet(TWELVE, now=NOW, by="ada")).state is PaceState.MET
    assert after(20, let_go(TWELVE, now=NOW, by="ada")).state is PaceState.LET_GO


def test_where_there_is_a_measure_the_milestones_do_not_count():
    goal = replace(with_steps(2, 0, 0), measure=TWELVE.measure)
    assert after(6, goal).state is PaceState.AT_RISK


def test_before_the_goal_was_set_and_with_a_day_that_was_over_then():
    assert after(-1).state is PaceState.ON_TRACK
    past = replace(TWELVE, due=date(2026, 10, 1))
    assert after(0, past).state is PaceState.OVERDUE
    assert after(0, past).since == NOW
    assert after(-100, past).state is PaceState.ON_TRACK


def test_a_revision_and_a_new_start_begin_their_count_anew():
    goal = replace(TWELVE.terms, measure=Measure(start=6, target=12, unit="secretly"))
    revised = revise(noted((6, 2)), goal, now=NOW + 8 * DAY, by="ada")
    assert pace(revised, NOW + 9 * DAY, ["UTC"]).planned == Fraction(1, 4)
    nearer = replace(TWELVE.terms, due=date(2026, 11, 12))
    hurried = pace(revise(TWELVE, nearer, now=NOW + 8 * DAY, by="ada"), NOW + 9 * DAY, ["UTC"])
    assert (hurried.state, hurried.since) == (PaceState.AT_RISK, NOW + 8 * DAY)
    closed = let_go(TWELVE, now=NOW + 13 * DAY, by="ada")
    again = take_up(closed, now=NOW + 14 * DAY, by="ada")
    found = pace(again, NOW + 15 * DAY, ["UTC"])
    assert (found.state, found.since) == (PaceState.OVERDUE, NOW + 14 * DAY)


# --- whose day, whose words -----------------------------------------------------------------------


def test_the_due_day_ends_on_the_last_clock_of_the_group():
    moment = datetime(2026, 11, 14, 2, tzinfo=UTC)
    assert pace(TWELVE, moment, ["Europe/Berlin"]).state is PaceState.OVERDUE
    assert pace(TWELVE, moment, ["America/New_York"]).state is PaceState.AT_RISK
    both = pace(TWELVE, moment, ["Europe/Berlin", "America/New_York"])
    assert both.state is PaceState.AT_RISK
    assert pace(TWELVE, moment).state is PaceState.AT_RISK
    assert pace(TWELVE, datetime(2026, 11, 14, 12, tzinfo=UTC)).state is PaceState.OVERDUE


def test_a_moment_needs_its_zone():
    with pytest.raises(MomentError, match="now"):
        pace(TWELVE, NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("days", "goal", "said"),
    [
        (3, noted((2, 3)), ["3", "0", "12", "3"]),
        (6.5, noted((2, Decimal("1.5"))), ["1.5", "6", "10.5", "2026-11-13"]),
        (6.5, TWELVE, ["6", "written down"]),
        (13, noted((2, 3)), ["2026-11-13", "3", "12"]),
        (13, noted((2, 13)), ["13", "12"]),
        (7, with_steps(4, 1), ["1 of 4", "2"]),
        (10, with_steps(4, 1), ["1 of 4", "3", "2026-11-13"]),
        (13, with_steps(4, 1), ["2026-11-13", "1 of 4"]),
        (13, with_steps(2, 1, 1), ["2 of 2"]),
        (13, replace(TWELVE, measure=None), ["2026-11-13"]),
        (1, meet(TWELVE, now=NOW, by="ada"), ["met"]),
        (1, let_go(TWELVE, now=NOW, by="ada"), ["let go"]),
    ],
)
def test_the_reason_has_the_numbers_and_no_private_word(days, goal, said):
    reason = after(days, goal).reason
    for piece in said:
        assert piece in str(reason)
    assert "quietly" not in str(reason.to_dict())
    assert "secretly" not in str(reason.to_dict())
    assert "{" not in str(reason)


def test_the_planned_number_has_the_decimals_of_the_measure_and_never_asks_too_much():
    halves = replace(TWELVE, measure=Measure(start=Decimal("0.5"), target=4))
    assert after(5, halves).reason.values["planned"] == "1.9"  # 0.5 + 3.5 * 5/12 = 1.958...
    falling = replace(TWELVE, measure=Measure(start=10, target=0))
    assert after(5, falling).reason.values["planned"] == 6  # 10 - 4.17 = 5.83
