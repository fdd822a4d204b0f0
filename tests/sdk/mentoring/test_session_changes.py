"""How a session comes about, and that nobody can tell whose fault it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.session_changes import (
    FURTHEST,
    accept,
    cancel,
    decline,
    erase,
    leave,
    move,
    propose,
)
from peerloom.mentoring.session_notes import describe, share_notes, want_notes
from peerloom.mentoring.session_outcomes import confirm, settle
from peerloom.mentoring.sessions import (
    Part,
    SessionClosedError,
    SessionError,
    SessionKind,
    SessionState,
    SessionTimeError,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
THURSDAY = NOW + timedelta(days=3)
HOUR = timedelta(hours=1)


def proposed(*members, **fields):
    return propose(
        **{
            "id": "s1",
            "group": "g1",
            "members": members or ("ada", "bo"),
            "by": "ada",
            "starts_at": THURSDAY,
            "minutes": 60,
            "now": NOW,
        }
        | fields
    )


def planned(*members, **fields):
    session = proposed(*members, **fields)
    for member in session.members:
        session = accept(session, member, now=NOW + HOUR)
    return session


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_it_is_planned_when_everybody_has_said_yes(size):
    members = ("ada", "bo", "cy", "di", "ed")[:size]
    session = proposed(*members)
    assert session.state is SessionState.PROPOSED
    for member in members[1:]:
        assert session.state is SessionState.PROPOSED
        session = accept(session, member, now=NOW + HOUR)
    assert session.state is SessionState.PLANNED
    assert {answer.member for answer in session.answers} == set(members)


def test_nobody_says_yes_to_a_time_that_they_did_not_see():
    first = proposed()
    moved = move(first, "ada", starts_at=first.starts_at + HOUR, now=NOW)
    with pytest.raises(SessionTimeError, match="Another time"):
        accept(moved, "bo", now=NOW, starts_at=first.starts_at)
    there = moved.starts_at.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert accept(moved, "bo", now=NOW, starts_at=there) == accept(moved, "bo", now=NOW)
    with pytest.raises(MomentError):
        accept(moved, "bo", now=NOW, starts_at=there.replace(tzinfo=None))


def test_a_second_yes_changes_nothing():
    session = proposed("ada", "bo", "cy")
    assert accept(session, "ada", now=NOW + HOUR) is session
    assert accept(planned(), "bo", now=NOW + HOUR) == planned()


@pytest.mark.parametrize(
    ("starts_at", "refused"),
    [
        (NOW, True),
        (NOW - HOUR, True),
        (NOW + timedelta(minutes=1), False),
        (NOW + FURTHEST, False),
        (NOW + FURTHEST + timedelta(minutes=1), True),
    ],
)
def test_a_time_lies_ahead_but_not_too_far(starts_at, refused):
    if refused:
        with pytest.raises(SessionTimeError):
            proposed(starts_at=starts_at)
        with pytest.raises(SessionTimeError):
            move(planned(), "bo", starts_at=starts_at, now=NOW)
    else:
        assert proposed(starts_at=starts_at).starts_at == starts_at


def test_yes_comes_before_the_time():
    with pytest.raises(SessionTimeError):
        accept(proposed(), "bo", now=THURSDAY)


@pytest.mark.parametrize(
    ("minutes_later", "overlaps"), [(-60, False), (-59, True), (0, True), (59, True), (60, False)]
)
def test_no_session_overlaps_another_open_one(minutes_later, overlaps):
    other = planned(id="s0", starts_at=THURSDAY + timedelta(minutes=minutes_later))
    if overlaps:
        with pytest.raises(SessionTimeError):
            proposed(others=[other])
    else:
        assert proposed(others=[other])
    assert proposed(others=[cancel(other, "ada", now=NOW)])


def test_a_session_does_not_stand_in_its_own_way():
    session = planned()
    later = move(session, "bo", starts_at=THURSDAY + HOUR / 2, now=NOW + HOUR, others=[session])
    assert later.starts_at == THURSDAY + HOUR / 2


@pytest.mark.parametrize("members", [("ada", "bo"), ("ada", "bo", "cy")])
def test_who_ended_it_cannot_be_told(members):
    session = accept(proposed(*members), members[-1], now=NOW + HOUR)
    ends = {cancel(session, member, now=NOW + 2 * HOUR) for member in members}
    if session.state is SessionState.PROPOSED:
        ends |= {decline(session, member, now=NOW + 2 * HOUR) for member in members}
    (end,) = ends
    assert end.state is SessionState.CANCELLED
    assert end.answers == ()
    assert end.sequence == session.sequence + 1


def test_a_planned_session_is_not_declined_but_cancelled():
    with pytest.raises(SessionClosedError, match="Cancel it, or move it"):
        decline(planned(), "bo", now=NOW)


def test_moving_asks_everybody_anew_and_calendars_notice():
    session = planned()
    moved = move(session, "bo", starts_at=THURSDAY + HOUR, minutes=45, now=NOW + 2 * HOUR)
    assert moved.id == session.id
    assert moved.state is SessionState.PROPOSED
    assert moved.proposed_by == "bo"
    assert [answer.member for answer in moved.answers] == ["bo"]
    assert moved.sequence == session.sequence + 1
    assert accept(moved, "ada", now=NOW + 3 * HOUR).sequence == moved.sequence + 1


@pytest.mark.parametrize(
    "change",
    [
        lambda one: accept(one, "bo", now=NOW + HOUR),
        lambda one: decline(one, "bo", now=NOW + HOUR),
        lambda one: cancel(one, "bo", now=NOW + HOUR),
        lambda one: move(one, "bo", starts_at=THURSDAY + HOUR, now=NOW + HOUR),
        lambda one: describe(one, "bo", now=NOW + HOUR, notes="Later."),
        lambda one: confirm(one, "bo", now=THURSDAY + HOUR),
    ],
)
def test_what_was_cancelled_stays_cancelled(change):
    with pytest.raises(SessionClosedError):
        change(cancel(planned(), "ada", now=NOW))


def test_what_somebody_said_took_place_is_not_cancelled_or_moved():
    session = confirm(planned(), "ada", now=THURSDAY + HOUR)
    with pytest.raises(SessionClosedError, match="whether you met"):
        cancel(session, "bo", now=THURSDAY + HOUR)
    with pytest.raises(SessionClosedError):
        move(session, "bo", starts_at=THURSDAY + 9 * HOUR, now=THURSDAY + HOUR)
    with pytest.raises(SessionClosedError):
        cancel(planned(), "bo", now=THURSDAY + HOUR)


@pytest.mark.parametrize("change", [accept, decline, cancel, leave, confirm, erase, want_notes])
def test_a_stranger_changes_nothing(change):
    with pytest.raises(SessionError, match="not for this person"):
        change(proposed(), "eve", now=NOW)


def test_a_stranger_proposes_nothing():
    with pytest.raises(SessionError, match="not for this person"):
        proposed(by="eve")


@pytest.mark.parametrize("change", [accept, cancel, leave, confirm, settle, erase])
def test_the_present_moment_knows_its_zone(change):
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(MomentError):
        change(proposed(), now=naive) if change is settle else change(proposed(), "bo", now=naive)


def test_who_leaves_does_not_hold_up_the_others():
    session = accept(proposed("ada", "bo", "cy"), "bo", now=NOW + HOUR)
    left = leave(session, "cy", now=NOW + 2 * HOUR)
    assert left.state is SessionState.PLANNED
    assert left.members == ("ada", "bo")
    waiting = leave(proposed("ada", "bo", "cy"), "ada", now=NOW + HOUR)
    assert waiting.state is SessionState.PROPOSED
    assert waiting.answers == ()


def test_the_last_one_left_has_no_session():
    for session in (proposed(), planned()):
        assert leave(session, "bo", now=NOW + HOUR).state is SessionState.CANCELLED


def test_who_leaves_may_still_have_been_there():
    session = planned()
    assert leave(session, "bo", now=THURSDAY) is session
    over = cancel(session, "ada", now=NOW)
    assert leave(over, "bo", now=NOW) is over


def test_nothing_of_an_erased_person_is_left_but_that_they_were_there():
    session = planned("ada", "bo", "cy")
    for member in session.members:
        session = confirm(session, member, now=THURSDAY + HOUR)
    parts = (Part(member="ada", taught=30), Part(member="bo", learned=30))
    session = describe(session, "ada", now=THURSDAY + HOUR, parts=parts, notes="Joins.")
    erased = erase(session, "ada", now=THURSDAY + 2 * HOUR)
    assert "ada" not in repr(erased) + repr(erased.parts)
    assert erased.proposed_by is None
    assert erased.erased == 1
    assert erased.state is SessionState.HELD
    assert erased.notes == "Joins."
    nobody = erase(erase(erased, "bo", now=THURSDAY + 2 * HOUR), "cy", now=THURSDAY + 2 * HOUR)
    assert nobody.members == ()
    assert nobody.erased == 3
    assert nobody.state is SessionState.HELD
    assert (nobody.notes, nobody.parts) == ("", ())


def test_erasing_calls_off_what_is_still_to_come():
    erased = erase(planned(), "ada", now=NOW + HOUR)
    assert erased.state is SessionState.CANCELLED
    assert erased.members == ("bo",)
    assert erased.erased == 1
    trio = erase(planned("ada", "bo", "cy"), "ada", now=NOW + HOUR)
    assert trio.state is SessionState.PLANNED
    assert (trio.members, trio.erased) == (("bo", "cy"), 0)


def test_a_consent_that_was_missing_does_not_appear_when_somebody_is_gone():
    session = planned("ada", "bo", "cy")
    for member in session.members:
        session = confirm(session, member, now=THURSDAY + HOUR)
    session = describe(session, "ada", now=THURSDAY + HOUR, notes="Joins.")
    for member in ("ada", "bo"):
        session = share_notes(session, member, now=THURSDAY + HOUR)
    erased = erase(session, "cy", now=THURSDAY + 2 * HOUR)
    assert erased.notes_shared_by == ()
    with pytest.raises(SessionClosedError, match="cannot be asked"):
        share_notes(erased, "ada", now=THURSDAY + 2 * HOUR)


def test_a_clock_that_went_back_does_not_make_a_change_older():
    session = accept(proposed(), "bo", now=NOW - HOUR)
    assert session.changed_at == NOW


SHOWN = ("starts_at", "minutes", "state", "place", "members")
people = st.sampled_from(("ada", "bo", "cy"))
actions = st.one_of(
    st.tuples(st.just(accept), people, st.just({})),
    st.tuples(st.just(decline), people, st.just({})),
    st.tuples(st.just(cancel), people, st.just({})),
    st.tuples(st.just(leave), people, st.just({})),
    st.tuples(st.just(erase), people, st.just({})),
    st.tuples(st.just(confirm), people, st.fixed_dictionaries({"met": st.booleans()})),
    st.tuples(st.just(want_notes), people, st.fixed_dictionaries({"wants": st.booleans()})),
    st.tuples(st.just(share_notes), people, st.fixed_dictionaries({"shares": st.booleans()})),
    st.tuples(
        st.just(describe),
        people,
        st.fixed_dictionaries(
            {}, optional={"notes": st.just("Words."), "kind": st.sampled_from(list(SessionKind))}
        ),
    ),
    st.tuples(
        st.just(move),
        people,
        st.integers(1, 200).map(lambda hours: {"starts_at": NOW + hours * HOUR}),
    ),
    st.tuples(st.just(settle), st.none(), st.just({})),
)


@given(st.lists(st.tuples(actions, st.integers(0, 40)), max_size=25))
def test_whatever_people_do_the_record_holds_together(steps):
    session, now = proposed("ada", "bo", "cy"), NOW
    for (act, member, options), hours in steps:
        now += hours * HOUR
        before = session
        try:
            session = (
                act(session, now=now)
                if member is None
                else act(session, member, now=now, **options)
            )
        except SessionError:
            continue
        assert session.changed_at >= before.changed_at
        changed = any(getattr(session, name) != getattr(before, name) for name in SHOWN)
        assert (session.sequence > before.sequence) is changed
        if session.state is SessionState.PLANNED:
            assert session.erased or {a.member for a in session.answers} == set(session.members)
        if session.state is SessionState.CANCELLED:
            assert session.answers == ()
        if session.kind is SessionKind.LISTENING and session.notes_wanted_by != session.members:
            assert session.notes == ""
        # Every record that comes about in this way could also be loaded.
        assert replace(session) == session
