"""Scripts set to the clock: exact minutes, equal turns, and what the ledger gets."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.activities import Activity
from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.activity_schedules import schedule
from peerloom.mentoring.activity_steps import ActivityError, Role, Seat, SeatScript, Step
from peerloom.mentoring.errors import TextError

BUILT_IN = built_in_activities()
PEOPLE = ("ada", "bo", "cy", "di", "eve")


def step(title, minutes, least=None, **fields):
    return Step(title=title, text="Do it.", minutes=minutes, least=least, **fields)


def activity(*steps):
    return Activity(id="any", title="Any", summary="Do it.", steps=steps)


TELL_AND_PLAN = activity(step("Tell", 5, 3, in_turn=True), step("Plan", 5, 2))


@st.composite
def plans(draw):
    """Draw an activity, people and minutes that fit together."""
    steps = [
        step(
            f"Step {number}",
            minutes,
            draw(st.integers(1, minutes)),
            in_turn=draw(st.booleans()),
            is_optional=draw(st.booleans()),
            a=SeatScript(role=Role.TEACHES),
            b=SeatScript(role=Role.LEARNS),
            rest=SeatScript(role=Role.LISTENS),
        )
        for number, minutes in enumerate(draw(st.lists(st.integers(1, 20), max_size=6)))
    ]
    steps.insert(draw(st.integers(0, len(steps))), step("Elastic", 5, 2))
    one = activity(*steps)
    people = PEOPLE[: draw(st.integers(2, 5))]
    size = len(people)
    minutes = draw(st.integers(one.shortest(size), one.longest(size)))
    return one, schedule(one, people, minutes, seed=draw(st.integers(0, 99)))


@given(plans())
def test_the_steps_follow_each_other_and_fill_the_minutes_exactly(drawn):
    _, plan = drawn
    ends = 0
    for timed in plan.steps:
        assert timed.starts == ends
        assert timed.minutes >= 1
        ends = timed.ends
    assert ends == plan.minutes


@given(plans())
def test_every_step_has_its_least_minutes_and_every_turn_the_same(drawn):
    one, plan = drawn
    by_title = {scripted.title: scripted for scripted in one.steps}
    lengths = {}
    for timed in plan.steps:
        assert timed.minutes >= by_title[timed.title].shortest
        lengths.setdefault(timed.title, set()).add(timed.minutes)
    assert all(len(found) == 1 for found in lengths.values())


@given(plans())
def test_everybody_has_one_turn_and_one_seat_in_every_step(drawn):
    one, plan = drawn
    turns = Counter((timed.title, timed.turn) for timed in plan.steps)
    for scripted in one.steps:
        if scripted.title in plan.left_out:
            assert scripted.is_optional
            continue
        who = plan.members if scripted.in_turn else (None,)
        assert all(turns.pop((scripted.title, member)) == 1 for member in who)
    assert not turns
    for timed in plan.steps:
        assert sorted(seated.member for seated in timed.seated) == sorted(plan.members)
        assert [seated.seat for seated in timed.seated[:3]] == list(Seat)[: len(plan.members)]
        assert timed.turn in (None, timed.seated[0].member)


@given(plans())
def test_the_parts_are_what_the_steps_say_and_turns_are_fair(drawn):
    one, plan = drawn
    minutes = Counter()
    for timed in plan.steps:
        for seated in timed.seated:
            minutes[seated.member, seated.role] += timed.minutes
    for part in plan.parts:
        assert part.taught == minutes[part.member, Role.TEACHES]
        assert part.learned == minutes[part.member, Role.LEARNS]
        assert part.listened == minutes[part.member, Role.LISTENS]
    assert [part.member for part in plan.parts] == sorted(plan.members)
    if all(scripted.in_turn or not scripted.teaches for scripted in one.steps):
        assert len({(part.taught, part.learned, part.listened) for part in plan.parts}) == 1


@given(plans())
def test_lengths_are_in_proportion_but_for_whole_minutes(drawn):
    one, plan = drawn
    kept = [scripted for scripted in one.steps if scripted.title not in plan.left_out]
    size = len(plan.members)
    counts = {scripted.title: size if scripted.in_turn else 1 for scripted in kept}
    slack = sum(scripted.slack * counts[scripted.title] for scripted in kept)
    least = sum(scripted.shortest * counts[scripted.title] for scripted in kept)
    lengths = {timed.title: timed.minutes for timed in plan.steps}
    for scripted in kept:
        share = Fraction(scripted.slack * (plan.minutes - least), slack)
        off = lengths[scripted.title] - (scripted.shortest + share)
        # Minutes that do not share out among all go to one step that is not in turn.
        assert -1 < off < (1 if scripted.in_turn else size)


@given(plans())
def test_optional_steps_are_only_left_out_when_the_rest_would_not_fit(drawn):
    one, plan = drawn
    size = len(plan.members)
    counts = {s.title: size if s.in_turn else 1 for s in one.steps}
    kept = sum(s.shortest * counts[s.title] for s in one.steps if s.title not in plan.left_out)
    if plan.left_out:
        first = next(s for s in one.steps if s.title == plan.left_out[0])
        assert kept + first.shortest * counts[first.title] > plan.minutes


@pytest.mark.parametrize(
    ("minutes", "lengths"),
    [
        (8, [3, 3, 2]),
        # Four minutes for seven that can change: 3 + 8/7 and 2 + 12/7, and the largest remainder.
        (12, [4, 4, 4]),
        (15, [5, 5, 5]),
        # Ten for seven: 3 + 20/7 and 2 + 30/7, so both turns of "Tell" get one minute more.
        (18, [6, 6, 6]),
        (22, [7, 7, 8]),
        # Nine for seven: 3 + 18/7 and 2 + 27/7; one minute is left, too few for two turns.
        (17, [5, 5, 7]),
    ],
)
def test_lengths_worked_out_by_hand(minutes, lengths):
    plan = schedule(TELL_AND_PLAN, ("ada", "bo"), minutes)
    assert [timed.minutes for timed in plan.steps] == lengths


def test_blocks_in_turn_run_once_for_each_before_the_next_step():
    one = activity(
        step("Open", 5, 2),
        step("Ask", 4, in_turn=True),
        step("Answer", 4, in_turn=True),
        step("Pause", 2),
        step("Sum up", 3, in_turn=True),
    )
    plan = schedule(one, ("cy", "ada", "bo"), one.usual(3), lead="bo")
    assert plan.members == ("bo", "cy", "ada")
    assert [(timed.title, timed.turn) for timed in plan.steps] == [
        ("Open", None),
        *[(title, who) for who in ("bo", "cy", "ada") for title in ("Ask", "Answer")],
        ("Pause", None),
        *[("Sum up", who) for who in ("bo", "cy", "ada")],
    ]


def test_seats_move_on_by_one_each_turn():
    plan = schedule(BUILT_IN["mock_interview"], ("ada", "bo", "cy"), 60, lead="cy")
    interviews = [timed for timed in plan.steps if timed.title == "Interview"]
    seating = [[seated.member for seated in timed.seated] for timed in interviews]
    assert seating == [["cy", "ada", "bo"], ["ada", "bo", "cy"], ["bo", "cy", "ada"]]
    assert interviews[0].role("ada") is Role.LISTENS
    assert interviews[0].seated[1].prompts[0] == "What was your own part in it?"


def test_the_number_of_the_session_lets_everybody_begin_in_turn():
    begins = [
        schedule(TELL_AND_PLAN, PEOPLE[:3], 20, seed=number).members[0] for number in range(6)
    ]
    assert begins == ["ada", "bo", "cy"] * 2


def test_in_a_one_sided_script_the_lead_teaches_and_nobody_else():
    plan = schedule(BUILT_IN["show_me_how"], ("ada", "bo", "cy"), 45, lead="bo")
    taught = {part.member: part.taught for part in plan.parts}
    learned = {part.member: part.learned for part in plan.parts}
    assert taught == {"ada": 0, "bo": learned["ada"], "cy": 0}
    assert learned["ada"] == learned["cy"] > 20


def test_without_time_an_optional_step_is_named_as_left_out():
    plan = schedule(BUILT_IN["bookworms_unite"], ("ada", "bo"), 18)
    assert plan.left_out == ("Try it",)
    assert "Try it" not in [timed.title for timed in plan.steps]
    assert schedule(BUILT_IN["bookworms_unite"], ("ada", "bo"), 45).left_out == ()


@pytest.mark.parametrize("one", BUILT_IN.values(), ids=list(BUILT_IN))
def test_every_script_of_the_package_runs_in_all_sizes_and_minutes_that_fit(one):
    for size in one.sizes:
        for minutes in range(one.shortest(size), one.longest(size) + 1):
            plan = schedule(one, PEOPLE[:size], minutes)
            assert sum(timed.minutes for timed in plan.steps) == minutes
            if not one.is_one_sided:
                assert len({(part.taught, part.learned) for part in plan.parts}) == 1


def test_people_and_minutes_that_do_not_fit_are_told_what_would():
    with pytest.raises(ActivityError, match="for groups of 2, 3, not 4") as caught:
        schedule(BUILT_IN["pair_debugging"], PEOPLE[:4], 60)
    assert caught.value.field == "members"
    for minutes in (24, 72):
        with pytest.raises(ActivityError, match="takes 25 to 71 minutes with 2 people") as caught:
            schedule(BUILT_IN["pair_debugging"], PEOPLE[:2], minutes)
        assert caught.value.expected == "25 to 71 minutes"


@pytest.mark.parametrize(
    ("members", "lead", "error"),
    [
        ((), None, ActivityError),
        (("ada",), None, ActivityError),
        (("ada", "ada"), None, ActivityError),
        (("ada", "bo"), "cy", ActivityError),
        (("ada", ""), None, TextError),
    ],
)
def test_members_who_cannot_be(members, lead, error):
    with pytest.raises(error):
        schedule(TELL_AND_PLAN, members, 15, lead=lead)


def test_a_stranger_has_no_role():
    plan = schedule(TELL_AND_PLAN, ("ada", "bo"), 15)
    with pytest.raises(ActivityError, match="does not take part"):
        plan.steps[0].role("cy")


def test_the_order_in_which_members_are_given_changes_nothing():
    one = BUILT_IN["teach_off"]
    plans_of_all = [schedule(one, who, 60, seed=4) for who in (PEOPLE[:3], PEOPLE[2::-1])]
    written = [json.dumps(plan.to_dict()) for plan in plans_of_all]
    assert written[0] == written[1]
    first = plans_of_all[0].to_dict()["steps"][1]
    assert first["turn"] == "bo"
    assert first["seated"][0]["role"] == "teaches"
