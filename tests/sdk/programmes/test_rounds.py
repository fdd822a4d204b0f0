"""Rounds: drawn as `pair` draws, published, rotated, repaired, and remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from peerloom import History, PastGroup, Policy, pair
from peerloom.errors import PolicyError, RepairError
from peerloom.members import Member
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.session_changes import accept
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import SessionState
from peerloom.mentoring.switches import SwitchState
from peerloom.programmes.asking import ask, decline
from peerloom.programmes.drawing import (
    current_pairing,
    discard_draft,
    drafted_pairing,
    draw_repair,
    draw_round,
    keep_draft,
    keep_repair,
    plan_rounds,
)
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.feedback import ask_switch
from peerloom.programmes.membership import join, leave, pause
from peerloom.programmes.past import has_met, history
from peerloom.programmes.publishing import publish, without_group
from peerloom.programmes.sessions import change_session, propose_session, record_session

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def groups(programme):
    return [group.members for group in programme.current_groups]


def next_round(programme, now, seed=1):
    return publish(
        keep_draft(programme, draw_round(programme, now=now, seed=seed), now=now), now=now
    )


def meet(programme, group, now):
    programme, session = record_session(
        programme, group.id, by=group.members[0], starts_at=now - DAY, minutes=45, now=now
    )
    for member in group.members:
        if programme.sessions[session.id].state is SessionState.PLANNED:
            programme = change_session(
                programme,
                session.id,
                lambda one, member=member: confirm(one, member, now=now),
            )
    return programme


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("size", [2, 3])
def test_the_same_members_policy_and_seed_give_the_groups_of_pair(school, seed, size):
    programme = school(policy=Policy.preset("bootcamp"))
    drawn = draw_round(programme, now=MONDAY, seed=seed, size=size, week=date(2026, 11, 23))
    people = [one.profile for one in programme.members]
    plain = pair(people, policy="bootcamp", seed=seed, size=size, week=date(2026, 11, 23))
    assert drawn.to_json() == plain.to_json()


def test_nothing_is_kept_before_it_is_kept(school):
    programme = school()
    draw_round(programme, now=MONDAY, seed=1)
    assert programme.draft is None
    with pytest.raises(ProgrammeError, match="no draft"):
        publish(programme, now=MONDAY)
    with pytest.raises(ProgrammeError, match="no draft"):
        drafted_pairing(programme)


def test_a_draft_comes_back_as_the_pairing_it_was(school):
    programme = school()
    pairing = draw_round(programme, now=MONDAY, seed=3)
    again = drafted_pairing(keep_draft(programme, pairing, now=MONDAY))
    assert again == pairing
    assert again.to_json() == pairing.to_json()


def test_a_draft_is_let_go(school):
    programme = school()
    kept = keep_draft(programme, draw_round(programme, now=MONDAY, seed=3), now=MONDAY)
    assert discard_draft(kept) == programme
    assert discard_draft(programme) is programme


def test_publishing_begins_groups_and_keeps_the_certificate(school):
    programme = next_round(school(), MONDAY)
    assert [group.id for group in programme.groups] == ["group-1", "group-2", "group-3"]
    assert sorted(one for group in groups(programme) for one in group) == sorted(
        one.id for one in programme.members
    )
    drawing = programme.current_round.drawing
    assert drawing.certificate["people"] == 7
    assert drawing.seed == 1
    assert programme.draft is None


def test_no_certificate_calls_anybody_by_name(school):
    renamed = [replace(one.profile, name=f"Name-of-{one.id}") for one in school().members]
    programme, _ = join(school(), renamed, now=MONDAY)
    pairing = draw_round(programme, now=MONDAY, seed=1)
    assert "Name-of" in str(pairing.certificate().to_dict())
    programme = keep_draft(programme, pairing, now=MONDAY)
    assert "Name-of" not in str(programme.draft.drawing.certificate)


def test_the_next_round_ends_the_groups_before(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    first = programme.current_groups
    programme = next_round(programme, MONDAY + 14 * DAY)
    assert [group.round for group in programme.current_groups] == [2, 2]
    assert all(programme.groups[one.id].ended_at == MONDAY + 14 * DAY for one in first)
    assert programme.current_group("ada").round == 2


def test_who_met_meets_somebody_new_and_who_never_met_may_meet_at_last(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    before = groups(programme)
    for group in programme.current_groups:
        programme = meet(programme, group, MONDAY + 2 * DAY)
    assert history(programme).times_met(*before[0]) == 1
    assert set(groups(next_round(programme, MONDAY + 14 * DAY))).isdisjoint(before)
    never = next_round(school(("ada", "bo")), MONDAY)
    assert history(never) == History(((PastGroup(frozenset({"ada", "bo"}), met=False),),))
    assert not has_met(never, never.current_groups[0])


@pytest.mark.parametrize(
    ("words", "met"),
    [
        ({"ada": True}, True),
        ({"ada": True, "bo": False}, False),
        ({"bo": False}, False),
        ({}, False),
    ],
)
def test_the_word_of_one_keeps_two_from_being_paired_again_at_once(school, words, met):
    """A round is published on the day after the last session: nobody waits for silence."""
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    group = next(one for one in programme.current_groups if "ada" in one.members)
    (partner,) = group.others("ada")
    start = MONDAY + 13 * DAY
    programme, session = propose_session(
        programme, group.id, by="ada", starts_at=start, now=MONDAY, minutes=45
    )
    programme = change_session(programme, session.id, lambda one: accept(one, partner, now=MONDAY))
    for name, is_met in words.items():
        who = "ada" if name == "ada" else partner
        programme = change_session(
            programme,
            session.id,
            lambda one, who=who, is_met=is_met: confirm(one, who, met=is_met, now=start + DAY / 2),
        )
    assert has_met(programme, group) is met
    assert history(programme).times_met("ada", partner) == met
    if met:
        assert group.members not in groups(next_round(programme, start + DAY))


def test_the_history_of_some_is_that_of_their_groups(school):
    programme = next_round(school(), MONDAY)
    programme = meet(programme, programme.current_groups[0], MONDAY + DAY)
    programme = next_round(programme, MONDAY + 14 * DAY)
    whole = history(programme)
    for one in programme.members:
        for other in programme.members:
            some = history(programme, members=(one.id, other.id))
            assert some.times_met(one.id, other.id) == whole.times_met(one.id, other.id)
    own = [group for groups in history(programme, members=["ada"]).rounds for group in groups]
    assert len(own) == 2
    assert all("ada" in group.members for group in own)
    assert history(programme, members=()).rounds == ()


def test_sessions_to_come_of_ended_groups_are_called_off(school):
    programme = next_round(school(("ada", "bo")), MONDAY)
    programme, session = propose_session(
        programme, "group-1", by="ada", starts_at=MONDAY + 20 * DAY, now=MONDAY
    )
    programme = change_session(programme, session.id, lambda one: accept(one, "bo", now=MONDAY))
    programme = next_round(programme, MONDAY + 14 * DAY)
    assert programme.sessions[session.id].state is SessionState.CANCELLED


def test_a_session_that_has_begun_stays_as_it_is(school):
    programme = next_round(school(("ada", "bo")), MONDAY)
    programme, session = propose_session(
        programme, "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    after = next_round(programme, MONDAY + 14 * DAY)
    assert after.sessions[session.id] == session


def test_a_switch_is_done_when_the_group_ends_and_keeps_them_apart(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    group = programme.current_group("ada")
    programme, wish = ask_switch(programme, group.id, "ada", now=MONDAY + DAY)
    repaired = draw_repair(programme)
    assert not any(set(group.members) <= set(one.members) for one in repaired.after.groups)
    programme = publish(keep_repair(programme, repaired, now=MONDAY + DAY), now=MONDAY + 2 * DAY)
    assert programme.switch_asks[wish.id].state is SwitchState.DONE
    for seed in range(5):
        again = draw_round(programme, now=MONDAY + 3 * DAY, seed=seed)
        assert not any(set(group.members) <= set(one.members) for one in again.groups)


def test_two_who_ask_each_other_are_together_and_a_no_has_no_effect(school):
    programme = school(("ada", "bo", "cy", "di"))
    for one, other in (("ada", "di"), ("di", "ada")):
        programme = ask(programme, one, other, now=MONDAY)
    for seed in range(4):
        assert ("ada", "di") in [
            group.members for group in draw_round(programme, now=MONDAY, seed=seed).groups
        ]
    declined = decline(decline(programme, "ada", "di"), "di", "ada")
    drawn = {
        group.members
        for seed in range(20)
        for group in draw_round(declined, now=MONDAY, seed=seed).groups
    }
    assert ("ada", "bo") in drawn or ("ada", "cy") in drawn


def test_asks_are_for_one_round_and_later_ones_stay(school):
    programme = ask(school(("ada", "bo", "cy", "di")), "ada", "bo", now=MONDAY)
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    programme = ask(programme, "cy", "bo", now=MONDAY + DAY)
    programme = publish(programme, now=MONDAY + 2 * DAY)
    assert [(one.asker, one.asked) for one in programme.asks] == [("cy", "bo")]


def test_an_ask_expires_after_three_days_of_silence(school):
    programme = ask(school(("ada", "bo", "cy", "di")), "ada", "bo", now=MONDAY)
    fresh = draw_round(programme, now=MONDAY + 2 * DAY, seed=1)
    late = draw_round(programme, now=MONDAY + 3 * DAY, seed=1)
    assert ("ada", "bo") in [group.members for group in fresh.groups]
    assert late.score < fresh.score


def test_a_draft_with_somebody_who_left_is_drawn_anew(school):
    programme = school(("ada", "bo"))
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    for change in (leave, pause):
        with pytest.raises(ProgrammeError, match="left or paused"):
            publish(change(programme, "ada", now=MONDAY), now=MONDAY)


def test_who_left_is_in_no_group_and_no_rule_trips_over_them(school):
    policy = replace(Policy.preset("meetup"), never=(("ada", "gus"),), must=(("gus", "bo"),))
    programme = leave(school(policy=policy), "gus", now=MONDAY)
    pairing = draw_round(programme, now=MONDAY, seed=1)
    assert "gus" not in {one for group in pairing.groups for one in group.members}
    assert pairing.policy.never == ()
    with pytest.raises(PolicyError):
        draw_round(school(policy=replace(policy, must=(("gvs", "bo"),))), now=MONDAY, seed=1)


def test_a_late_joiner_is_told_to_have_no_group_and_a_repair_finds_one(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    assert without_group(programme) == ()
    programme, _ = join(programme, [Member(id="eve")], now=MONDAY + DAY)
    assert without_group(programme) == ("eve",)
    repaired = draw_repair(programme, most_groups=1)
    programme = publish(keep_repair(programme, repaired, now=MONDAY + DAY), now=MONDAY + DAY)
    assert without_group(programme) == ()
    (note,) = programme.current_round.repairs
    assert len(note.ended) == len(note.started) == 1
    assert programme.current_round.number == 1
    kept = [group for group in programme.groups if group.id not in {*note.ended, *note.started}]
    assert [group.ended_at for group in kept] == [None]
    assert programme.groups[note.started[0]].round == 1


def test_a_repair_touches_no_more_groups_than_allowed(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    programme, _ = join(programme, [Member(id="eve")], now=MONDAY)
    with pytest.raises(RepairError):
        draw_repair(programme, most_groups=0)


def test_somebody_left_and_their_partner_gets_a_new_group(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    gone, alone = programme.current_groups[0].members
    programme = leave(programme, gone, now=MONDAY + DAY)
    repaired = draw_repair(programme)
    assert repaired.left == (gone,)
    programme = publish(keep_repair(programme, repaired, now=MONDAY + DAY), now=MONDAY + DAY)
    assert len(programme.current_group(alone).members) == 3
    assert programme.current_group(gone) is None


def test_a_repair_of_an_earlier_round_is_not_published(school):
    programme = next_round(school(("ada", "bo", "cy", "di")), MONDAY)
    programme, _ = join(programme, [Member(id="eve")], now=MONDAY)
    stale = keep_repair(programme, draw_repair(programme), now=MONDAY).draft
    programme = next_round(programme, MONDAY + 14 * DAY)
    with pytest.raises(ProgrammeError, match="earlier round"):
        publish(replace(programme, draft=stale), now=MONDAY + 15 * DAY)


def test_before_the_first_round_there_is_nothing_to_repair(school):
    with pytest.raises(ProgrammeError, match="no groups yet"):
        draw_repair(school())
    with pytest.raises(ProgrammeError, match="no groups yet"):
        current_pairing(school())


def test_the_current_groups_as_a_pairing_are_those_that_were_drawn(school):
    programme = school()
    pairing = draw_round(programme, now=MONDAY, seed=4)
    programme = publish(keep_draft(programme, pairing, now=MONDAY), now=MONDAY)
    again = current_pairing(programme)
    assert again.groups == pairing.groups
    assert again.explain(again.groups[0]) == pairing.explain(pairing.groups[0])


def test_rounds_that_are_planned_together_repeat_nobody(school):
    programme = school(("ada", "bo", "cy", "di"))
    rotation = plan_rounds(programme, rounds=3, seed=1)
    for number, planned in enumerate(rotation.rounds):
        now = MONDAY + 14 * number * DAY
        programme = publish(keep_draft(programme, planned, now=now), now=now)
    assert len({group.members for group in programme.groups}) == 6


def test_a_clock_that_went_back_ends_no_group_before_it_began(school):
    programme = next_round(school(("ada", "bo")), MONDAY)
    programme = next_round(programme, MONDAY - DAY)
    first = programme.groups["group-1"]
    assert first.ended_at == first.published_at


def test_moments_need_a_zone(school):
    programme = school(("ada", "bo"))
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    with pytest.raises(MomentError):
        publish(programme, now=MONDAY.replace(tzinfo=None))


def test_nobody_to_pair(school):
    programme = next_round(school(()), MONDAY)
    assert (programme.current_round.number, groups(programme)) == (1, [])
    assert current_pairing(programme).groups == ()
