"""What-ifs: counts that are right, and that tell nothing about anybody else."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Availability, History, Member, MemberError, Policy, common_minutes, pair
from peerloom.availability import DAYS
from peerloom.criteria import score_matrix
from peerloom.what_if_pairing import what_if_pairing
from peerloom.what_ifs import times_to_add, what_if_member

WEEK = date(2026, 3, 23)  # in Europe the clocks change on its Sunday
EVENING = Availability.parse("Tue 18:00-20:00")


def everybody(count, **more):
    return [Member(id=f"{number:02d}", **more) for number in range(count)]


@settings(max_examples=40)
@given(data=st.data())
def test_counts_against_every_other_person(people, availabilities, data):
    members = data.draw(people)
    if len(members) < 6:
        return
    policy = Policy(name="p", weights={"availability": 2, "level": 1}, session_minutes=45)
    pairing = pair(members, policy=policy, week=WEEK)
    changes = {"availability": data.draw(availabilities), "level": data.draw(st.integers(1, 5))}
    found = what_if_member(pairing, "000", **changes)
    me = members[0]
    own = next(group.score for group in pairing.groups if "000" in group.members)
    for one, fit, better in (
        (me, found.fit_before, found.better_before),
        (dataclasses.replace(me, **changes), found.fit_after, found.better_after),
    ):
        others = members[1:]
        assert fit == sum(common_minutes([one, other], WEEK) >= 45 for other in others)
        scores = score_matrix([one, *others], policy, WEEK)[0]
        assert better == sum(int(score) > own for score in scores[1:])


@settings(max_examples=15)
@given(data=st.data())
def test_hours_to_add_against_trying_each(people, data):
    members = data.draw(people)
    if len(members) < 6:
        return
    pairing = pair(members, week=WEEK)
    listed = times_to_add(pairing, "000", most=168)
    assert [one.more for one in listed] == sorted((one.more for one in listed), reverse=True)
    for time in listed[:3]:
        more = Availability((*members[0].availability.slots, time.slot))
        assert what_if_member(pairing, "000", availability=more).more == time.more


def test_a_free_hour_is_suggested_on_the_members_own_clock():
    berlin = [*everybody(6, availability=EVENING, timezone="Europe/Berlin")]
    pairing = pair([*berlin, Member(id="ny", timezone="America/New_York")])
    (time,) = times_to_add(pairing, "ny", most=1)
    assert (DAYS[time.slot.day], time.slot.start, time.more) == ("Tue", 12 * 60, 6)
    assert (
        str(time.sentence()) == "If you were free on Tuesdays at 12:00, 6 more partners would fit."
    )


def test_among_few_people_nothing_is_counted():
    pairing = pair(everybody(5, availability=EVENING))
    found = what_if_member(pairing, "00", availability=Availability())
    assert found.is_hidden
    assert (found.fit_before, found.fit_after, found.better_before) == (0, 0, None)
    assert [reason.code for reason in found.sentences()] == ["what_if_few"]
    assert times_to_add(pairing, "00") == ()


def test_who_was_met_or_has_paused_is_not_counted():
    members = everybody(9)
    members[8] = dataclasses.replace(members[8], is_paused=True)
    history = History.of([[["00", "01"]]])
    found = what_if_member(pair(members, history=history), "00")
    assert found.others == 6


def test_a_block_and_a_protected_answer_change_nothing():
    """Else a count would tell that somebody has blocked me, or what they said in private."""
    policy = Policy(name="p", weights={"level": 1}, mix={"background": 3})
    members = everybody(9, level=2, availability=EVENING)
    secret = [
        members[0],
        *(
            dataclasses.replace(one, blocked=("00",), protected={"background": str(number % 2)})
            for number, one in enumerate(members[1:])
            if one.id != "01"
        ),
        dataclasses.replace(members[1], protected={"background": "x"}),
    ]
    open_hearted = what_if_member(pair(members, policy=policy), "00", level=4)
    assert what_if_member(pair(secret, policy=policy), "00", level=4) == open_hearted


@pytest.mark.parametrize("field", ["blocked", "protected", "email", "name", "id", "charm"])
def test_private_fields_are_not_asked(field):
    with pytest.raises(MemberError, match=field):
        what_if_member(pair(everybody(8)), "00", **{field: "x"})


def test_nobody_unknown_is_asked():
    with pytest.raises(MemberError, match="zz"):
        what_if_member(pair(everybody(8)), "zz")


def test_somebody_who_has_paused_may_ask():
    members = [*everybody(6, availability=EVENING), Member(id="p", is_paused=True)]
    found = what_if_member(pair(members), "p", availability=EVENING)
    assert (found.fit_before, found.fit_after, found.better_after) == (0, 6, None)
    assert [reason.code for reason in found.sentences()] == ["what_if_time"]


def test_staff_compare_two_pairings():
    members = [
        dataclasses.replace(one, availability=Availability.parse(f"Mon {8 + index % 3}-20"))
        for index, one in enumerate(everybody(8))
    ]
    before = pair(members, week=WEEK, seed=3)
    same = what_if_pairing(before)
    assert same.after == before
    assert same.moved == ()
    other = what_if_pairing(before, members=members[:-1])
    assert other.after == pair(members[:-1], week=WEEK, seed=3)
    assert set(other.moved) <= {member.id for member in members[:-1]}
    policy = Policy(name="p", weights={"level": 1}, group_size=4)
    circles = what_if_pairing(before, policy=policy)
    assert circles.figures()["groups"] == (4, 2)
    codes = [sentence.code for sentence in circles.sentences()]
    assert codes == [
        "what_if_score",
        "what_if_worst",
        "what_if_without_common_hour",
        "what_if_repeats",
        "what_if_groups",
        "what_if_policy",
        "what_if_moved",
    ]
    assert json.loads(json.dumps(circles.to_dict()))["groups"] == [4, 2]
    assert what_if_pairing(pair([])).figures()["worst"] == (0, 0)


def test_locked_groups_and_mutual_asks_stay_in_a_what_if():
    from peerloom import Ask

    asks = [Ask(asker="00", asked="05"), Ask(asker="05", asked="00")]
    before = pair(everybody(8), locked=[["01", "02"]], asks=asks)
    after = what_if_pairing(before, seed=9).after
    assert {("00", "05"), ("01", "02")} <= {group.members for group in after.groups}


def test_a_pairing_offers_it_all():
    pairing = pair(everybody(8, availability=EVENING, section="n"))
    assert pairing.what_if("00", level=3) == what_if_member(pairing, "00", level=3)
    assert pairing.what_if(size=4) == what_if_pairing(pairing, size=4)
    assert pairing.times_to_add("00") == times_to_add(pairing, "00") == ()
    assert pairing.draws(count=5).count == 5
    assert pairing.equality("section").by == "section"
