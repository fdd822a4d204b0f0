"""Asks: who asked each other, and what silence and a decline do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peerloom.asks import SILENCE, Ask, mutual_and_one_way, standing
from peerloom.errors import MemberError, WeekError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ask(asker, asked, days_ago=None, **fields):
    made_at = None if days_ago is None else NOW - timedelta(days=days_ago)
    return Ask(asker=asker, asked=asked, made_at=made_at, **fields)


def test_mutual_asks_are_told_from_one_way_asks():
    mutual, one_way = mutual_and_one_way(
        [ask("b", "a"), ask("a", "b"), ask("a", "c"), ask("d", "c"), ask("d", "c")]
    )
    assert mutual == {("a", "b")}
    assert one_way == {("a", "c"), ("c", "d")}


def test_a_declined_ask_has_no_effect():
    asks = [ask("a", "b"), ask("b", "a", is_declined=True), ask("c", "a", is_declined=True)]
    assert mutual_and_one_way(asks) == (frozenset(), {("a", "b")})
    assert standing(asks, now=NOW) == (asks[0],)


def test_silence_expires_after_three_days():
    fresh, old, timeless = ask("a", "b", 2.99), ask("c", "b", 3), ask("d", "b")
    assert standing([fresh, old, timeless], now=NOW) == (fresh, timeless)


def test_an_answer_in_time_keeps_the_ask_alive():
    asks = [ask("a", "b", 10), ask("b", "a", 8)]
    assert standing(asks, now=NOW) == tuple(asks)
    late = [ask("a", "b", 10), ask("b", "a", 1)]
    assert standing(late, now=NOW) == (late[1],)


def test_an_ask_of_another_zone_counts_by_its_moment():
    made_at = (NOW - SILENCE).astimezone(tz=None)
    assert standing([Ask(asker="a", asked="b", made_at=made_at)], now=NOW) == ()


def test_the_repr_keeps_the_message_and_the_decline():
    shown = repr(ask("a", "b", 1, message="you are kind", is_declined=True))
    assert "kind" not in shown
    assert "decline" not in shown


@pytest.mark.parametrize(("asker", "asked"), [("a", "a"), ("", "a"), ("a", "")])
def test_an_ask_is_between_two_people(asker, asked):
    with pytest.raises(MemberError):
        Ask(asker=asker, asked=asked)


def test_moments_need_a_time_zone():
    naive = datetime(2026, 11, 23, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(WeekError):
        Ask(asker="a", asked="b", made_at=naive)
    with pytest.raises(WeekError):
        standing([], now=naive)
