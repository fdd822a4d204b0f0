"""The private trend of a mood, and what is said when it falls."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.errors import TextError
from peerloom.mentoring.moods import (
    FEWEST,
    NEWEST,
    STALE,
    WINDOW,
    HelpLink,
    MoodState,
    MoodTrend,
    mood_trend,
    support,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINK = HelpLink(name="Counselling", url="https://example.org/help")


def answers(moods, *, step=timedelta(days=2), member="ada", last=NOW):
    """Give check-ins at even steps, the last of them at `last`."""
    return [
        CheckIn(
            id=f"{member}{place}",
            group="g",
            member=member,
            at=last - step * (len(moods) - 1 - place),
            mood=mood,
        )
        for place, mood in enumerate(moods)
    ]


def state(moods, **options):
    return mood_trend(answers(moods, **options), "ada", now=NOW).state


@pytest.mark.parametrize(
    ("moods", "expected"),
    [
        ([], "unknown"),
        ([1, 1, 1], "unknown"),
        ([4, 4, 4, 4], "steady"),
        ([4, 4, 4, 1], "steady"),  # one bad day
        ([1, 4, 4, 4, 4], "steady"),  # one bad day, long ago
        ([4, 3, 4, 3, 4, 3], "steady"),
        ([5, 5, 4, 4], "steady"),  # lower, and still good
        ([4, 4, 3, 3], "falling"),
        ([5, 5, 4, 3, 3], "falling"),
        ([5, 4, 3, 2], "falling"),
        ([5, 3, 2, 2], "low"),
        ([2, 2, 2, 2], "low"),
        ([1, 2, 3, 4], "rising"),
        ([3, 3, 4, 4, 5, 5], "rising"),
    ],
)
def test_what_a_few_answers_say(moods, expected):
    assert state(moods) == expected


@given(moods=st.lists(st.integers(1, 5), min_size=FEWEST, max_size=NEWEST))
def test_the_slope_is_that_of_scipy(moods):
    change = theilslopes(moods).slope * (len(moods) - 1)
    lately = sorted(moods[-3:])[1]
    if lately <= 2:
        expected = "low"
    elif change <= -1 + 1e-9 and lately <= 3:
        expected = "falling"
    else:
        expected = "rising" if change >= 1 - 1e-9 else "steady"
    assert state(moods) == expected


@given(
    moods=st.lists(st.integers(1, 5), max_size=12),
    seed=st.randoms(use_true_random=False),
)
def test_order_and_other_people_change_nothing(moods, seed):
    own = answers(moods)
    mixed = [
        *own,
        *answers([1, 1, 1, 1, 1], member="bo"),
        *answers([1] * 5, last=NOW + timedelta(days=30))[-2:],
    ]
    seed.shuffle(mixed)
    assert mood_trend(mixed, "ada", now=NOW) == mood_trend(own, "ada", now=NOW)


def test_only_the_newest_answers_count():
    assert mood_trend(answers([1] * 20 + [4] * NEWEST), "ada", now=NOW).answers == NEWEST
    assert state([1] * 20 + [4] * NEWEST) == "steady"
    edge = answers([5], last=NOW - WINDOW)
    assert mood_trend([*edge, *answers([3, 3, 3])], "ada", now=NOW).answers == 4
    old = answers([5, 5, 5], last=NOW - WINDOW - timedelta(seconds=1))
    assert mood_trend([*old, *answers([3, 3, 3])], "ada", now=NOW).state == "unknown"


def test_an_old_answer_says_nothing_about_today():
    falling = [5, 5, 4, 3, 3]
    assert state(falling, last=NOW - STALE + timedelta(seconds=1)) == "falling"
    assert mood_trend(answers(falling, last=NOW - STALE), "ada", now=NOW) == MoodTrend(
        member="ada", state=MoodState.UNKNOWN, answers=0
    )


@given(moods=st.lists(st.integers(1, 5), min_size=1, max_size=14))
def test_since_is_the_first_answer_of_the_unbroken_run(moods):
    given_answers = answers(moods)
    states = [
        mood_trend(given_answers[: end + 1], "ada", now=given_answers[end].at).needs_support
        for end in range(len(moods))
    ]
    run = list(itertools.takewhile(bool, reversed(states)))
    expected = given_answers[-len(run)].at if run else None
    assert mood_trend(given_answers, "ada", now=NOW).since == expected


def test_support_comes_only_where_it_is_needed():
    for kind in MoodState:
        trend = MoodTrend(member="ada", state=kind, answers=8)
        sentences = support(trend, LINK)
        assert len(sentences) == (4 if kind in {MoodState.FALLING, MoodState.LOW} else 0)


def test_support_names_the_help_of_the_institution_where_it_is_known():
    trend = MoodTrend(member="ada", state=MoodState.LOW, answers=8)
    with_link = [str(reason) for reason in support(trend, LINK)]
    assert "Here is help: Counselling, https://example.org/help" in with_link
    without = [reason.code for reason in support(trend)]
    assert without == ["support_low", "support_listening", "support_somebody", "support_private"]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://a.b", "//a.b", "https://", "https://a b", "http://[", "help"],
)
def test_help_has_a_web_address(url):
    with pytest.raises(TextError):
        HelpLink(name="Help", url=url)


def test_the_repr_of_a_trend_does_not_tell_it():
    trend = mood_trend(answers([5, 4, 3, 2]), "ada", now=NOW)
    assert trend.needs_support
    assert "falling" not in repr(trend)
    assert "2026" not in repr(trend)
