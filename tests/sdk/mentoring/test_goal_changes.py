"""What happens to a goal: progress, undo, milestones, revision, met, let go, taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.errors import ClosedGoalError, GoalError, MomentError, TextError
from peerloom.mentoring.goal_changes import (
    add_progress,
    complete_milestone,
    let_go,
    meet,
    milestones_of,
    reopen_milestone,
    revise,
    take_milestone,
    take_up,
    undo_progress,
)
from peerloom.mentoring.goals import Goal, GoalState, Milestone
from peerloom.mentoring.measures import Measure

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTED = Goal(
    id="g1",
    member="ada",
    statement="Send applications",
    measure=Measure(start=0, target=12, unit="applications"),
    due=date(2026, 12, 18),
    set_at=NOW,
)
STEPS = replace(COUNTED, measure=None, milestones=milestones_of(["One", "Two", "Three"]))


def test_progress_is_added_and_the_goal_before_is_untouched():
    first = add_progress(COUNTED, 3, at=NOW + DAY, by="bo", note=" Well done! ")
    second = add_progress(first, Decimal("4.5"), at=NOW + 2 * DAY, by="ada")
    assert COUNTED.progress == ()
    assert [str(one.value) for one in second.progress] == ["3", "4.5"]
    assert (first.progress[0].by, first.progress[0].note) == ("bo", "Well done!")


def test_reaching_the_target_does_not_close_a_goal():
    assert add_progress(COUNTED, 12, at=NOW, by="ada").is_open


def test_progress_needs_something_to_count_and_an_exact_number():
    with pytest.raises(GoalError, match="nothing to count"):
        add_progress(STEPS, 1, at=NOW, by="ada")
    with pytest.raises(GoalError, match="exact"):
        add_progress(COUNTED, 0.1, at=NOW, by="ada")
    with pytest.raises(MomentError):
        add_progress(COUNTED, 1, at=NOW.replace(tzinfo=None), by="ada")


@given(values=st.lists(st.integers(-20, 20), min_size=1, max_size=6), data=st.data())
def test_undo_takes_back_one_entry_wherever_it_stands(values, data):
    goal = COUNTED
    for value in values:
        at = NOW + data.draw(st.integers(0, 3)) * DAY
        goal = add_progress(goal, value, at=at, by="ada")
    before = goal
    value, at = data.draw(st.integers(-20, 20)), NOW + data.draw(st.integers(0, 3)) * DAY
    wrong = add_progress(goal, value, at=at, by="bo", note="wrong")
    (entry,) = [one for one in wrong.progress if one.note == "wrong"]
    assert undo_progress(wrong, entry) == before
    with pytest.raises(GoalError, match="not there any more"):
        undo_progress(before, entry)


def test_of_two_equal_entries_undo_takes_back_one():
    goal = add_progress(add_progress(COUNTED, 3, at=NOW, by="ada"), 3, at=NOW, by="ada")
    assert len(undo_progress(goal, goal.progress[1]).progress) == 1


def test_a_milestone_is_done_once_and_can_be_taken_back():
    done = complete_milestone(STEPS, 1, at=NOW + DAY)
    assert [one.done_at for one in done.milestones] == [None, NOW + DAY, None]
    assert complete_milestone(done, 1, at=NOW + 2 * DAY) == done
    assert reopen_milestone(done, 1) == STEPS
    assert reopen_milestone(STEPS, 0) == STEPS


@pytest.mark.parametrize("index", [-1, 3, True, "1", None])
def test_a_milestone_that_is_not_there(index):
    with pytest.raises(GoalError, match="no such milestone"):
        complete_milestone(STEPS, index, at=NOW)


@pytest.mark.parametrize(("close", "state"), [(meet, GoalState.MET), (let_go, GoalState.LET_GO)])
def test_a_goal_is_closed_and_taken_up_again_with_its_history(close, state):
    closed = close(COUNTED, now=NOW + DAY, by="ada", why="Enough")
    assert closed.state is state
    assert not closed.is_open
    assert closed.changed_at == NOW + DAY
    again = take_up(closed, now=NOW + 2 * DAY, by="bo", why="A slip")
    assert again.is_open
    assert [(one.state, one.by, one.why, one.at) for one in again.history] == [
        (state, "ada", "Enough", NOW + DAY),
        (GoalState.OPEN, "bo", "A slip", NOW + 2 * DAY),
    ]
    assert again.terms == COUNTED.terms
    with pytest.raises(GoalError, match="is open"):
        take_up(again, now=NOW, by="ada")


@pytest.mark.parametrize("close", [meet, let_go])
@pytest.mark.parametrize(
    "change",
    [
        lambda goal: add_progress(goal, 1, at=NOW, by="ada"),
        lambda goal: undo_progress(goal, goal.progress[0]),
        lambda goal: complete_milestone(goal, 0, at=NOW),
        lambda goal: reopen_milestone(goal, 0),
        lambda goal: meet(goal, now=NOW, by="ada"),
        lambda goal: let_go(goal, now=NOW, by="ada"),
        lambda goal: revise(goal, replace(goal.terms, due=None), now=NOW, by="ada"),
    ],
)
def test_a_closed_goal_is_first_taken_up_again(close, change):
    goal = replace(STEPS, measure=COUNTED.measure)
    goal = close(add_progress(goal, 1, at=NOW, by="ada"), now=NOW, by="ada")
    with pytest.raises(ClosedGoalError) as caught:
        change(goal)
    assert caught.value.code == "goal_closed"
    change(take_up(goal, now=NOW, by="ada"))


def test_a_revision_keeps_what_was_when_by_whom_and_why():
    terms = replace(COUNTED.terms, due=date(2027, 1, 15), statement="Send better ones")
    revised = revise(COUNTED, terms, now=NOW + DAY, by="bo", why="Holidays")
    assert revised.terms == terms
    assert revised.is_open
    assert revised.was_revised
    (change,) = revised.history
    assert (change.at, change.by, change.why) == (NOW + DAY, "bo", "Holidays")
    assert (change.state, change.before) == (GoalState.REVISED, COUNTED.terms)
    twice = revise(revised, COUNTED.terms, now=NOW + 2 * DAY, by="ada")
    assert [one.before for one in twice.history] == [COUNTED.terms, terms]
    assert (twice.written_at, meet(twice, now=NOW + 3 * DAY, by="ada").written_at) == (
        NOW + 2 * DAY,
        NOW + 2 * DAY,
    )


def test_the_same_terms_are_no_revision():
    assert revise(COUNTED, COUNTED.terms, now=NOW, by="ada") is COUNTED


def test_progress_counts_on_while_the_unit_is_the_same():
    goal = add_progress(COUNTED, 3, at=NOW, by="ada")
    nearer = replace(goal.terms, measure=Measure(start=0, target=8, unit="applications"))
    revised = revise(goal, nearer, now=NOW + DAY, by="ada")
    assert revised.progress == goal.progress
    assert revised.history[0].set_aside == ()
    assert revised.counted_from == NOW
    later = replace(goal.terms, measure=Measure(start=3, target=8, unit="applications"))
    restarted = revise(revised, later, now=NOW + 2 * DAY, by="ada")
    assert restarted.progress == goal.progress
    assert restarted.counted_from == NOW + 2 * DAY


@pytest.mark.parametrize("measure", [None, Measure(start=0, target=3, unit="interviews")])
def test_progress_in_another_unit_is_set_aside(measure):
    goal = add_progress(COUNTED, 3, at=NOW, by="ada")
    terms = replace(goal.terms, measure=measure, milestones=(Milestone(text="One"),))
    revised = revise(goal, terms, now=NOW + DAY, by="ada")
    assert revised.progress == ()
    assert revised.history[0].set_aside == goal.progress
    assert revised.counted_from == NOW + DAY
    done = revise(revised, replace(terms, statement="Other words"), now=NOW + 2 * DAY, by="ada")
    assert done.counted_from == NOW + DAY


def test_milestones_with_the_same_text_stay_done():
    before = (
        Milestone(text="One", done_at=NOW, member="ada"),
        Milestone(text="Two"),
        Milestone(text="One", member="bo"),
    )
    made = milestones_of([" Three ", "One", "", "One", "One"], before)
    assert made == (
        Milestone(text="Three"),
        before[0],
        before[2],
        Milestone(text="One"),
    )


def test_a_milestone_of_a_group_is_taken_and_given_back_done_or_not():
    steps = milestones_of(["Draw it", "Write it"])
    goal = Goal(id="g1", group="group-1", milestones=steps, set_at=NOW)
    taken = take_milestone(complete_milestone(goal, 0, at=NOW), 0, "bo")
    assert (taken.milestones[0].member, taken.milestones[0].done_at) == ("bo", NOW)
    assert taken.milestones[1] == steps[1]
    assert take_milestone(taken, 0, None) == complete_milestone(goal, 0, at=NOW)
    for wrong in (2, -1):
        with pytest.raises(GoalError, match="no such milestone"):
            take_milestone(goal, wrong, "bo")
    with pytest.raises(TextError):
        take_milestone(goal, 0, "")
    with pytest.raises(GoalError, match="one member"):
        take_milestone(Goal(id="g1", member="ada", milestones=steps, set_at=NOW), 0, "ada")
    with pytest.raises(ClosedGoalError):
        take_milestone(meet(goal, now=NOW, by="bo"), 0, "bo")
