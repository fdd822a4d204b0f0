"""The switch without fault: who learns what, and what pairing makes of it."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom import Member, pair
from peerloom.lottery import lottery_record
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import GroupError, TextError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.schemas.switches import SwitchAskSchema
from peerloom.mentoring.switches import (
    SwitchAsk,
    SwitchError,
    SwitchState,
    apart,
    ask_for_switch,
    keep_apart,
    own_ask,
    settle,
    switch_wanted,
    switched,
    withdraw,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAIR = PublishedGroup(id="g", members=("ada", "bo"), round=1, published_at=NOW)
TRIO = PublishedGroup(id="t", members=("cy", "di", "eve"), round=1, published_at=NOW)


def ask(member="ada", group=PAIR, *, asks=(), now=NOW, **fields):
    return ask_for_switch(asks, group, member, id=f"{member}-{now:%d%H}", now=now, **fields)


# --- its life -------------------------------------------------------------------------------------


def test_an_ask_is_open_until_it_is_withdrawn_or_done():
    one = ask()
    assert (one.state, one.is_open) == (SwitchState.ASKED, True)
    assert withdraw(one, by="ada", now=NOW + DAY).state is SwitchState.WITHDRAWN
    (done,) = settle([one], PAIR, now=NOW + DAY)
    assert (done.state, done.done_at) == (SwitchState.DONE, NOW + DAY)


def test_who_has_asked_may_ask_again_only_after_withdrawing():
    one = ask()
    with pytest.raises(SwitchError):
        ask(asks=[one])
    back = withdraw(one, by="ada", now=NOW + DAY)
    again = ask(asks=[back], now=NOW + 2 * DAY)
    assert own_ask([back, again], PAIR, "ada") == again
    assert own_ask([back, again], PAIR, "bo") is None


def test_both_may_ask_without_knowing_of_each_other():
    one = ask()
    other = ask("bo", asks=[one], now=NOW + DAY)
    assert [settled.is_open for settled in settle([one, other], PAIR, now=NOW + 2 * DAY)] == [
        False
    ] * 2


@pytest.mark.parametrize("by", ["bo", "eve", ""])
def test_only_the_asker_withdraws(by):
    with pytest.raises(SwitchError):
        withdraw(ask(), by=by, now=NOW)


def test_what_is_settled_stays_settled():
    (done,) = settle([ask()], PAIR, now=NOW + DAY)
    with pytest.raises(SwitchError):
        withdraw(done, by="ada", now=NOW + 2 * DAY)
    assert settle([done], PAIR, now=NOW + 3 * DAY) == (done,)


def test_settling_a_group_leaves_other_groups_and_withdrawn_asks_alone():
    asks = (ask("cy", TRIO), withdraw(ask(), by="ada", now=NOW))
    assert settle(asks, PAIR, now=NOW + DAY) == asks


def test_only_members_of_a_group_that_lasts_may_ask():
    with pytest.raises(GroupError):
        ask("eve")
    with pytest.raises(SwitchError):
        ask(group=replace(PAIR, ended_at=NOW + DAY))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"withdrawn_at": NOW, "done_at": NOW}, SwitchError),
        ({"withdrawn_at": NOW - DAY}, SwitchError),
        ({"done_at": NOW - DAY}, SwitchError),
        ({"words_for_staff": "x" * 2001}, TextError),
        ({"member": ""}, TextError),
    ],
)
def test_what_cannot_be_an_ask(wrong, error):
    with pytest.raises(error):
        SwitchAsk(**{"id": "w", "group": "g", "member": "ada", "asked_at": NOW} | wrong)


# --- who learns what ------------------------------------------------------------------------------

STAFF = Viewer.staff()
NOT_FOR_THEM = [
    Viewer(member="ada"),
    Viewer(member="bo"),
    Viewer(member="bo", is_staff=True),
    Viewer(member="eve"),
    Viewer(),
]


@pytest.mark.parametrize("viewer", NOT_FOR_THEM, ids=repr)
@pytest.mark.parametrize("asker", ["ada", "bo"])
def test_only_staff_outside_the_group_learn_that_a_switch_is_wanted(viewer, asker):
    assert switch_wanted([ask(asker, words_for_staff="shouting")], PAIR, viewer) is None


def test_staff_learn_the_same_whoever_asked():
    told = [switch_wanted([ask(asker)], PAIR, STAFF) for asker in ("ada", "bo")]
    assert told[0] == told[1]
    assert (told[0].group, told[0].since, told[0].words) == ("g", NOW, ())
    both = [ask(), ask("bo", now=NOW + DAY)]
    assert switch_wanted(both, PAIR, STAFF) == told[0]


def test_staff_read_why_only_where_it_was_said_to_them():
    asks = [ask(words_for_staff="we shout"), ask("bo", now=NOW + DAY, words_for_staff="No time")]
    wanted = switch_wanted(asks, PAIR, STAFF)
    assert set(wanted.words) == {"we shout", "No time"}
    assert wanted == switch_wanted(asks[::-1], PAIR, STAFF)
    assert "shout" not in repr(wanted)
    assert wanted.sentence().code == "switch_wanted"
    assert wanted.sentence().values == {}


def test_a_withdrawn_or_settled_ask_leaves_no_trace():
    for asks in ([withdraw(ask(), by="ada", now=NOW)], settle([ask()], PAIR, now=NOW), []):
        assert switch_wanted(asks, PAIR, STAFF) is None


def test_neither_name_nor_words_are_in_a_repr_or_in_the_farewell():
    shown = repr(ask(words_for_staff="we shout"))
    assert "member" not in shown.replace("id='ada", "")
    assert "shout" not in shown
    assert switched().values == {}


# --- what pairing makes of it ---------------------------------------------------------------------


def test_an_asker_stays_apart_from_all_of_the_group_and_the_others_may_stay_together():
    assert apart([ask("di", TRIO)], [PAIR, TRIO]) == (("cy", "di"), ("di", "eve"))


def test_pairs_do_not_tell_who_asked():
    both_ways = [apart([ask(asker)], [PAIR]) for asker in ("ada", "bo")]
    assert both_ways == [(("ada", "bo"),)] * 2
    assert apart([ask(), ask("bo")], [PAIR]) == both_ways[0]
    people = [Member(id="ada"), Member(id="bo"), Member(id="cy", blocked=("ada",))]
    blocked = keep_apart(people, both_ways[0])
    assert [one.blocked for one in blocked] == [("bo",), ("ada",), ("ada",)]
    assert keep_apart(blocked, both_ways[0]) == blocked


def test_an_ask_counts_until_it_is_withdrawn_or_too_long_ago():
    (done,) = settle([ask()], PAIR, now=NOW + DAY)
    assert apart([done], [PAIR]) == (("ada", "bo"),)
    assert apart([done], [PAIR], done_since=NOW + DAY) == (("ada", "bo"),)
    assert apart([done], [PAIR], done_since=NOW + 2 * DAY) == ()
    assert apart([ask()], [PAIR], done_since=NOW + 2 * DAY) == (("ada", "bo"),)
    assert apart([withdraw(ask(), by="ada", now=NOW)], []) == ()


def test_an_ask_about_an_unknown_group_is_never_dropped_silently():
    with pytest.raises(GroupError):
        apart([ask()], [TRIO])


@pytest.mark.parametrize("seed", range(6))
def test_the_next_pairing_keeps_them_apart_whatever_the_seed(seed):
    people = [Member(id=name) for name in ("ada", "bo", "cy", "di")]
    pairing = pair(keep_apart(people, apart([ask()], [PAIR])), seed=seed)
    together = {frozenset(group.members) for group in pairing.groups}
    assert frozenset({"ada", "bo"}) not in together
    # What is recorded for anybody to check tells nothing of the ask.
    assert lottery_record(pairing).digest == lottery_record(pair(people)).digest


def test_two_people_alone_are_told_that_nobody_is_left():
    two = keep_apart([Member(id="ada"), Member(id="bo")], apart([ask()], [PAIR]))
    assert set(pair(two).not_paired) == {"ada", "bo"}


@given(
    askers=st.sets(
        st.sampled_from([("ada", PAIR), ("bo", PAIR), ("cy", TRIO), ("di", TRIO), ("eve", TRIO)])
    ),
    fates=st.lists(st.sampled_from(SwitchState), min_size=5, max_size=5),
)
def test_nobody_stays_with_whom_they_asked_to_leave(askers, fates):
    asks, expected = [], set()
    for (member, group), fate in zip(sorted(askers, key=lambda one: one[0]), fates, strict=False):
        one = ask(member, group)
        if fate is SwitchState.WITHDRAWN:
            one = withdraw(one, by=member, now=NOW)
        elif fate is SwitchState.DONE:
            one = replace(one, done_at=NOW)
        if fate is not SwitchState.WITHDRAWN:
            expected |= {frozenset({member, other}) for other in group.members if other != member}
        asks.append(one)
    for order in itertools.islice(itertools.permutations(asks), 6):
        found = apart(order, [PAIR, TRIO])
        assert {frozenset(two) for two in found} == expected
        assert list(found) == sorted(found)


# --- there and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", SwitchState)
def test_an_ask_comes_back_equal(fate):
    one = ask(words_for_staff="Zwei\nZeilen 💬", now=NOW + timedelta(microseconds=1))
    if fate is SwitchState.WITHDRAWN:
        one = withdraw(one, by="ada", now=NOW + DAY)
    elif fate is SwitchState.DONE:
        (one,) = settle([one], PAIR, now=NOW + DAY)
    assert SwitchAskSchema().load(json.loads(json.dumps(SwitchAskSchema().dump(one)))) == one


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("member", "", "expected an id"),
        ("asked_at", 5, "expected a moment with its time zone"),
        ("done_at", "2026-01-01T00:00:00Z", 'expected a moment not before "asked_at"'),
        ("why", "no", "expected a key that is known here"),
    ],
)
def test_what_a_file_must_say(field, value, message):
    with pytest.raises(ValidationError) as caught:
        SwitchAskSchema().load(SwitchAskSchema().dump(ask()) | {field: value})
    assert caught.value.messages == {field: [message]}
