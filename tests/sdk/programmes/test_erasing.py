"""Erasure: nothing of a person is left, and nothing of anybody else is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.members import Member
from peerloom.mentoring.json_text import to_bytes
from peerloom.mentoring.sessions import SessionState
from peerloom.programmes.documents import of_plain, to_plain
from peerloom.programmes.drawing import draw_repair, draw_round, keep_draft, keep_repair
from peerloom.programmes.erasing import erase
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.feedback import ask_switch
from peerloom.programmes.membership import join, leave
from peerloom.programmes.past import history
from peerloom.programmes.publishing import publish
from peerloom.programmes.sessions import propose_session
from peerloom.programmes.views import health_for_staff, ledger_of

LATER = datetime(2027, 3, 1, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = ["ada", "bo", "cy", "di", "eve", "flo", "gus", "hal"]


def text_of(programme):
    return to_bytes({"data": to_plain(programme)}).decode()


@pytest.mark.parametrize("member", PEOPLE)
def test_nothing_of_the_person_is_in_the_file(course, member):
    before, after = text_of(course), text_of(erase(course, member, now=LATER))
    traces = rf"\b{member}\b"
    assert re.search(traces, before, re.IGNORECASE)
    # Words that others wrote to them carry the author's mark and the name of the one they thank.
    assert not re.search(traces, after, re.IGNORECASE)
    assert f"{member}-" not in after


@pytest.mark.parametrize("member", PEOPLE)
def test_what_others_wrote_is_whole(course, member):
    before, after = (
        set(re.findall(r"[a-z]+(?:-[a-z]+)+-words", text_of(one)))
        for one in (course, erase(course, member, now=LATER))
    )
    # What was written to the person, or into a goal of theirs, goes with them.
    to_them = re.compile(rf"^{member}-|-{member}-|-note-words|-ask-words")
    assert {word for word in before if not to_them.search(word)} <= after
    assert after <= before


def test_everybody_can_be_erased_and_the_file_still_opens(course):
    programme = course
    for number, member in enumerate(PEOPLE, start=1):
        programme = erase(programme, member, now=LATER)
        assert of_plain(to_plain(programme)) == programme
        assert programme.erased == number
    rest = text_of(programme)
    assert "-words" not in rest
    assert "our-notes" not in rest
    assert "our-goal" not in rest
    assert "What we say here stays here." not in rest
    assert len(programme.groups) == len(course.groups)
    assert [one.state for one in programme.sessions if one.state is SessionState.HELD]


def test_counts_stay(course):
    after = erase(course, "ada", now=LATER)
    assert [len(group.members) for group in after.groups] == [
        len(group.members) for group in course.groups
    ]
    assert [one.state for one in after.sessions] == [one.state for one in course.sessions]
    assert history(after).rounds[0][0].met == history(course).rounds[0][0].met
    thanks = sum(one.thanks_count for one in (*after.resources, *after.removed_resources))
    assert thanks == sum(one.thanks_count for one in course.resources)


def test_the_partner_keeps_goals_sessions_and_check_ins(course):
    group = course.groups["group-1"]
    gone, partner = group.members[0], group.members[-1]
    after = erase(course, gone, now=LATER)
    assert after.members[partner] == course.members[partner]
    assert [one.id for one in after.goals.of_member(partner)] == [
        one.id for one in course.goals.of_member(partner)
    ]
    assert after.check_ins.of_member(partner) == course.check_ins.of_member(partner)
    assert len(after.sessions.of_group("group-1")) == len(course.sessions.of_group("group-1"))
    taught = ledger_of(course, "group-1").account(partner)
    assert ledger_of(after, "group-1").account(partner) == taught


def test_others_forget_that_they_blocked_the_person(course):
    assert "gus" in course.members["bo"].profile.blocked
    assert erase(course, "gus", now=LATER).members["bo"].profile.blocked == ()


def test_rules_and_drawings_forget_the_person(course):
    after = erase(course, "eve", now=LATER)
    assert course.policy.never == (("ada", "eve"),)
    assert after.policy.never == ()
    assert all(one.drawing.policy.never == () for one in after.rounds)


def test_a_draft_with_the_person_goes_and_another_one_stays(course):
    assert erase(course, "ada", now=LATER).draft is None
    without = replace(course.draft, groups=(("bo", "cy"),))
    kept = erase(replace(course, draft=without), "ada", now=LATER).draft
    assert kept.groups == (("bo", "cy"),)


def test_the_partner_gets_a_new_group(paired):
    programme = paired(("ada", "bo", "cy", "di"))
    partner = programme.current_group("ada").others("ada")[0]
    programme = erase(programme, "ada", now=LATER)
    assert programme.current_group(partner).others(partner) == ("(erased 1)",)
    programme = publish(keep_repair(programme, draw_repair(programme), now=LATER), now=LATER)
    assert len(programme.current_group(partner).members) == 3


def test_two_of_a_group_are_erased_one_after_the_other(paired):
    programme = paired(("ada", "bo", "cy"))
    programme = erase(erase(programme, "ada", now=LATER), "bo", now=LATER)
    (group,) = programme.groups
    assert group.members == ("(erased 1)", "(erased 2)", "cy")
    assert health_for_staff(programme, now=LATER)


def test_somebody_who_left_before_a_session_is_erased_from_it(paired):
    programme = paired(("ada", "bo", "cy"))
    programme, session = propose_session(
        programme, "group-1", by="ada", starts_at=MONDAY + timedelta(days=3), now=MONDAY
    )
    programme = leave(programme, "ada", now=MONDAY)
    assert programme.sessions[session.id].proposed_by == "ada"
    programme = erase(programme, "ada", now=LATER)
    assert programme.sessions[session.id].proposed_by is None


def test_the_switch_of_the_partner_is_theirs(paired):
    programme = paired(("ada", "bo", "cy", "di"))
    group = programme.current_group("bo")
    programme, wish = ask_switch(programme, group.id, "bo", now=MONDAY)
    programme = erase(programme, group.others("bo")[0], now=LATER)
    assert programme.switch_asks[wish.id] == wish
    pairing = draw_round(programme, now=LATER, seed=1)
    assert "bo" in {one for group in pairing.groups for one in group.members}


def test_nobody_unknown_is_erased(course):
    with pytest.raises(UnknownRecordError, match="no such member"):
        erase(course, "nobody", now=LATER)


@pytest.mark.parametrize("label", ["Lovelace, Ada", "Lovelace, Ada (ada)", "ada"])
def test_a_sentence_that_names_the_person_goes_however_it_is_written(school, label):
    # This package keeps none, but a file may come from an earlier version or from elsewhere.
    programme = school(("bo", "cy"))
    programme, _ = join(programme, [Member(id="ada", name="Lovelace, Ada")], now=MONDAY)
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    programme = publish(programme, now=MONDAY)
    (one,) = programme.rounds
    kept = one.drawing.certificate["sentences"]
    named = {"code": "worst", "values": {"names": f"Bo, {label}", "score": 3}}
    certificate = {**one.drawing.certificate, "sentences": [*kept, named]}
    drawing = replace(one.drawing, certificate=certificate)
    programme = programme.put("rounds", replace(one, drawing=drawing))
    (after,) = erase(programme, "ada", now=LATER).rounds
    assert after.drawing.certificate["sentences"] == kept
