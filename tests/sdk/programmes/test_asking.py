"""Asks: a yes is asking back, a no looks like silence, and silence ends after three days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peerloom.mentoring.errors import TextError
from peerloom.programmes.asking import ask, asks_of, asks_to, decline, withdraw_ask
from peerloom.programmes.errors import ProgrammeError, UnknownRecordError
from peerloom.programmes.membership import pause

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_asked_reads_the_message_and_answers(school):
    programme = ask(school(), "ada", "bo", now=MONDAY, message="I like your talks")
    (waiting,) = asks_to(programme, "bo", now=MONDAY)
    assert (waiting.other, waiting.message, waiting.is_mutual) == (
        "ada",
        "I like your talks",
        False,
    )
    programme = ask(programme, "bo", "ada", now=MONDAY + DAY)
    assert asks_to(programme, "bo", now=MONDAY + DAY) == ()
    assert [one.is_mutual for one in asks_of(programme, "ada", now=MONDAY + DAY)] == [True]


@pytest.mark.parametrize("days", [0, 1, 2, 3, 4])
def test_to_the_asker_a_no_looks_like_silence(school, days):
    silent = ask(school(), "ada", "bo", now=MONDAY)
    declined = decline(silent, "ada", "bo")
    now = MONDAY + days * DAY
    assert asks_of(declined, "ada", now=now) == asks_of(silent, "ada", now=now)
    assert asks_to(declined, "bo", now=now) == ()
    again = [ask(one, "ada", "bo", now=now) for one in (silent, declined)]
    assert asks_of(again[0], "ada", now=now) == asks_of(again[1], "ada", now=now)
    assert asks_to(again[1], "bo", now=now) == ()


def test_silence_ends_after_three_days(school):
    programme = ask(school(), "ada", "bo", now=MONDAY)
    waits = [len(asks_to(programme, "bo", now=MONDAY + days * DAY)) for days in range(5)]
    assert waits == [1, 1, 1, 0, 0]


def test_an_ask_is_taken_back_as_if_it_had_never_been(school):
    programme = ask(school(), "ada", "bo", now=MONDAY)
    assert withdraw_ask(programme, "ada", "bo") == school()
    with pytest.raises(UnknownRecordError, match="no such ask"):
        withdraw_ask(school(), "ada", "bo")
    with pytest.raises(UnknownRecordError):
        decline(school(), "ada", "bo")


def test_who_may_ask_whom(school):
    with pytest.raises(ProgrammeError, match="somebody else"):
        ask(school(), "ada", "ada", now=MONDAY)
    with pytest.raises(UnknownRecordError):
        ask(school(), "ada", "nobody", now=MONDAY)
    with pytest.raises(ProgrammeError, match="take part"):
        ask(pause(school(), "bo", now=MONDAY), "ada", "bo", now=MONDAY)
    with pytest.raises(TextError):
        ask(school(), "ada", "bo", now=MONDAY, message="\0")


def test_others_see_nothing_of_it(school):
    programme = ask(school(), "ada", "bo", now=MONDAY, message="secret")
    assert asks_to(programme, "cy", now=MONDAY) == asks_of(programme, "cy", now=MONDAY) == ()
    assert "secret" not in repr(programme) + repr(asks_to(programme, "bo", now=MONDAY))
