"""Whether a session took place: everybody's word, silence, and minutes that count."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest

from peerloom import Policy
from peerloom.mentoring.session_changes import accept, cancel, propose
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.session_outcomes import (
    SILENCE_DAYS,
    SessionCounts,
    awaits_word_of,
    confirm,
    does_count,
    is_said_to_be_held,
    record,
    session_counts,
    settle,
)
from peerloom.mentoring.sessions import (
    Session,
    SessionClosedError,
    SessionError,
    SessionKind,
    SessionState,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
THURSDAY = NOW + timedelta(days=3)
HOUR = timedelta(hours=1)
OVER = THURSDAY + HOUR
SILENT = OVER + timedelta(days=SILENCE_DAYS)


def planned(*members, **options):
    session = propose(
        **{
            "id": "s1",
            "group": "g1",
            "members": members or ("ada", "bo"),
            "by": "ada",
            "starts_at": THURSDAY,
            "minutes": 60,
            "now": NOW,
        }
        | options
    )
    for member in session.members:
        session = accept(session, member, now=NOW)
    return session


def told(words, now=OVER):
    """Give a session of which these people said yes, no, or (None) nothing."""
    names = ("ada", "bo", "cy", "di", "ed")[: len(words)]
    session = planned(*names)
    for name, met in zip(names, words, strict=True):
        if met is not None:
            session = confirm(session, name, met=met, now=now)
    return session


YES, NO, NOTHING = True, False, None
HELD, NOT_HELD, PLANNED = SessionState.HELD, SessionState.NOT_HELD, SessionState.PLANNED
BY_HAND = [
    # words, at once, after days of silence, presumed then
    ((YES, YES), HELD, HELD, False),
    ((NO, NO), NOT_HELD, NOT_HELD, False),
    ((YES, NO), PLANNED, PLANNED, False),
    ((YES, NOTHING), PLANNED, HELD, True),
    ((NO, NOTHING), PLANNED, NOT_HELD, True),
    ((NOTHING, NOTHING), PLANNED, PLANNED, False),
    ((YES, YES, YES), HELD, HELD, False),
    ((YES, YES, NO), HELD, HELD, False),
    ((YES, NO, NO), PLANNED, PLANNED, False),
    ((NO, NO, NO), NOT_HELD, NOT_HELD, False),
    ((YES, YES, NOTHING), PLANNED, HELD, True),
    ((YES, NO, NOTHING), PLANNED, HELD, True),
    ((NO, NO, NOTHING), PLANNED, NOT_HELD, True),
    ((NO, NOTHING, NOTHING), PLANNED, NOT_HELD, True),
    ((YES, NOTHING, NOTHING), PLANNED, HELD, True),
    ((YES, NO, NO, NOTHING, NO), PLANNED, HELD, True),
    ((YES, NO, NO, NO, NO), PLANNED, PLANNED, False),
]


@pytest.mark.parametrize(("words", "at_once", "in_silence", "is_presumed"), BY_HAND)
def test_what_the_words_of_a_group_mean(words, at_once, in_silence, is_presumed):
    for order in set(permutations(words)) if len(words) < 4 else {words}:
        session = told(order)
        assert (session.state, session.is_presumed) == (at_once, False)
        later = settle(session, now=SILENT)
        assert (later.state, later.is_presumed) == (in_silence, is_presumed)
        assert settle(later, now=SILENT) is later
        # What cannot wait for silence already knows what it will say.
        assert is_said_to_be_held(session) == is_said_to_be_held(later) == (in_silence is HELD)


def test_what_was_called_off_or_never_agreed_on_was_not_held():
    assert not is_said_to_be_held(cancel(planned(), "ada", now=NOW))
    session = propose(
        id="s1",
        group="g1",
        members=("ada", "bo"),
        by="ada",
        starts_at=THURSDAY,
        minutes=60,
        now=NOW,
    )
    assert not is_said_to_be_held(session)


def test_three_days_are_three_days():
    session = told((YES, NOTHING))
    almost = SILENT - timedelta(microseconds=1)
    assert settle(session, now=almost) is session
    assert settle(session, now=SILENT).state is HELD
    assert settle(session, now=OVER, silence_days=0).state is HELD


def test_silence_counts_from_the_last_word():
    session = told((YES, NOTHING), now=OVER + timedelta(days=2))
    assert settle(session, now=SILENT + timedelta(days=1)) is session
    assert settle(session, now=SILENT + timedelta(days=2)).state is HELD


@pytest.mark.parametrize("days", [-1, 1.5, True])
def test_days_of_silence_are_a_number_of_days(days):
    with pytest.raises(SessionError, match="silence_days"):
        settle(planned(), now=NOW, silence_days=days)


def test_a_late_word_outweighs_silence():
    presumed = settle(told((YES, NOTHING)), now=SILENT)
    assert confirm(presumed, "bo", now=SILENT + HOUR).is_presumed is False
    assert confirm(presumed, "bo", now=SILENT + HOUR).state is HELD
    assert confirm(presumed, "bo", met=False, now=SILENT + HOUR).state is PLANNED
    back = settle(told((NO, NOTHING)), now=SILENT)
    assert confirm(back, "ada", now=SILENT + HOUR).state is HELD
    assert confirm(back, "ada", now=SILENT + HOUR).is_presumed


def test_two_who_disagree_may_still_agree():
    session = told((YES, NO))
    assert confirm(session, "bo", now=OVER).state is HELD
    assert confirm(session, "ada", met=False, now=OVER).state is NOT_HELD


def test_what_all_have_said_is_final():
    with pytest.raises(SessionClosedError):
        confirm(told((YES, YES)), "bo", met=False, now=OVER)


def test_a_proposal_ends_when_its_time_has_come():
    session = propose(
        id="s1",
        group="g1",
        members=("ada", "bo"),
        by="ada",
        starts_at=THURSDAY,
        minutes=60,
        now=NOW,
    )
    assert settle(session, now=THURSDAY - timedelta(minutes=1)) is session
    ended = settle(session, now=THURSDAY)
    assert ended.state is SessionState.CANCELLED
    assert ended.answers == ()
    with pytest.raises(SessionClosedError, match="agreed"):
        confirm(session, "bo", now=OVER)


def test_people_who_met_earlier_held_it_then():
    early = NOW + timedelta(hours=5, seconds=20)
    session = confirm(planned(), "ada", now=early)
    session = confirm(session, "bo", minutes=40, now=early)
    assert session.state is HELD
    assert session.starts_at == NOW + timedelta(hours=4, minutes=20)
    assert session.sequence == planned().sequence + 1 + 0
    during = confirm(confirm(planned(), "ada", now=OVER), "bo", now=THURSDAY + HOUR / 2)
    assert during.starts_at == THURSDAY


def test_nobody_misses_what_has_not_begun():
    with pytest.raises(SessionClosedError, match="Cancel it"):
        confirm(planned(), "bo", met=False, now=THURSDAY - HOUR)


def test_a_session_that_nobody_planned_is_told_afterwards():
    session = record(
        id="s1",
        group="g1",
        members=("ada", "bo"),
        by="bo",
        starts_at=THURSDAY,
        minutes=60,
        now=OVER,
    )
    assert session.state is PLANNED
    assert awaits_word_of(session, now=OVER) == ("ada",)
    assert confirm(session, "ada", now=OVER).state is HELD
    for wrong in ({"now": OVER - HOUR / 2}, {"by": "cy"}):
        with pytest.raises(SessionError):
            record(
                **{
                    "id": "s1",
                    "group": "g1",
                    "members": ("ada", "bo"),
                    "by": "bo",
                    "starts_at": THURSDAY,
                    "minutes": 60,
                    "now": OVER,
                }
                | wrong
            )


def test_only_a_session_that_is_over_waits_for_words():
    assert awaits_word_of(planned(), now=OVER - timedelta(minutes=1)) == ()
    assert awaits_word_of(planned(), now=OVER) == ("ada", "bo")
    assert awaits_word_of(told((YES, NOTHING)), now=OVER) == ("bo",)
    assert awaits_word_of(told((YES, YES)), now=OVER) == ()


@pytest.mark.parametrize(("minutes", "counts"), [(44, False), (45, True), (60, True)])
def test_in_a_bootcamp_45_minutes_count(minutes, counts):
    session = confirm(planned(), "ada", now=OVER)
    session = confirm(session, "bo", minutes=minutes, now=OVER)
    assert session.state is HELD
    least = Policy.preset("bootcamp").counting_minutes
    assert does_count(session, counting_minutes=least) is counts
    assert does_count(session, counting_minutes=Policy.preset("meetup").counting_minutes)
    assert not does_count(planned())


def test_staff_get_counts_that_tell_no_listening_session_from_others():
    sessions = [
        told((YES, YES)),
        told((NO, NO)),
        told((YES, NOTHING)),
        cancel(planned(), "bo", now=NOW),
    ]
    listening = [describe(sessions[0], "ada", kind=SessionKind.LISTENING, now=OVER), *sessions[1:]]
    for of_group in (sessions, listening):
        assert session_counts(of_group, counting_minutes=45) == SessionCounts(
            held=1, not_held=1, planned=1, cancelled=1, counted=1, last_held_at=THURSDAY
        )
    kept = {one.name for one in fields(SessionCounts)}
    private = {one.name for one in fields(Session)}
    assert not kept & private
    assert session_counts(sessions, counting_minutes=61).counted == 0


def test_every_combination_of_words_ends_somewhere_sensible():
    for size in (2, 3, 4):
        for words in product((YES, NO, NOTHING), repeat=size):
            session = settle(told(words), now=SILENT)
            there = sum(word is not NO for word in words)
            if session.state is HELD:
                assert YES in words
                assert there >= 2
            elif session.state is NOT_HELD:
                assert YES not in words
                assert NO in words
            else:
                assert YES not in words or there < 2
