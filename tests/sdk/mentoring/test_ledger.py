"""The ledger: sums that anybody can add up, and the turn of the one who taught least."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.errors import TextError
from peerloom.mentoring.ledger import FLIP_MINUTES, Account, Ledger, flip, ledger
from peerloom.mentoring.sessions import Part, Session, SessionError, SessionState

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = ("ada", "bo", "cy", "di", "ed")


def session(parts, *, state="held", members=PEOPLE, **fields):
    return Session(
        **{
            "id": "s1",
            "group": "g1",
            "members": members,
            "starts_at": NOW,
            "minutes": 240,
            "state": state,
            "proposed_by": "ada",
            "proposed_at": NOW,
            "changed_at": NOW,
            "parts": tuple(
                Part(member=member, taught=taught, learned=learned, listened=listened)
                for member, (taught, learned, listened) in parts.items()
            ),
        }
        | fields
    )


def taught(*minutes):
    return Ledger(
        accounts=tuple(
            Account(member=member, taught=one)
            for member, one in zip(PEOPLE[: len(minutes)], minutes, strict=True)
        )
    )


part = st.tuples(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(PEOPLE), part), st.sampled_from(list(SessionState))
        ),
        max_size=8,
    ),
    st.sets(st.sampled_from(PEOPLE), min_size=2),
)
def test_it_adds_up_what_was_held(told, members):
    book = ledger([session(parts, state=state) for parts, state in told], members)
    assert [account.member for account in book.accounts] == sorted(members)
    held = [parts for parts, state in told if state is SessionState.HELD and parts]
    assert book.sessions == len(held)
    for account in book.accounts:
        columns = zip(*(parts.get(account.member, (0, 0, 0)) for parts in held), strict=True)
        sums = tuple(map(sum, columns)) or (0, 0, 0)
        assert (account.taught, account.learned, account.listened) == sums
    if book.taught:
        assert sum(book.share(member) for member in members) == 1
    else:
        assert book.share(min(members)) is None


def test_listening_and_presumed_sessions_count_too():
    parts = {"ada": (0, 0, 20), "bo": (0, 0, 10)}
    book = ledger([session(parts, kind="listening", is_presumed=True)], ["ada", "bo"])
    assert book.account("ada").listened == 20


def test_nothing_that_was_told_is_no_ledger():
    book = ledger([session({})], ["ada", "bo"])
    assert book.sessions == 0
    assert book.taught == 0
    assert flip(book) is None
    assert ledger([], []).accounts == ()
    assert flip(ledger([], [])) is None
    assert flip(ledger([], ["ada"])) is None


def test_who_left_has_no_account():
    book = ledger([session({"cy": (60, 0, 0), "bo": (30, 0, 0)})], ["ada", "bo"])
    assert flip(book) is not None
    with pytest.raises(SessionError, match="no account"):
        book.account("cy")


@pytest.mark.parametrize(
    ("minutes", "teacher"),
    [
        ((70, 30), "bo"),
        ((30, 70), "ada"),
        ((69, 31), None),
        ((31, 69), None),
        ((50, 50), None),
        ((100, 0), "bo"),
        # Too little to tell.
        ((FLIP_MINUTES - 1, 0), None),
        ((FLIP_MINUTES, 0), "bo"),
        ((14, 6), "bo"),
        ((13, 6), None),
        # In trios and circles the two who are furthest apart are compared.
        ((70, 50, 30), "cy"),
        ((69, 50, 31), None),
        ((30, 0, 0), "bo"),
        ((40, 40, 40, 40, 10), "ed"),
        ((40, 40, 40, 40, 18), None),
        ((0, 0, 0), None),
    ],
)
def test_the_roles_flip_at_70_to_30(minutes, teacher):
    found = flip(taught(*minutes))
    assert (found.teacher if found else None) == teacher
    if found:
        book = taught(*minutes)
        assert book.account(found.learner).taught == max(minutes)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=5))
def test_the_flip_is_the_rule_in_words(minutes):
    most, least = max(minutes), min(minutes)
    is_due = most + least >= FLIP_MINUTES and Fraction(most, most + least) >= Fraction(7, 10)
    found = flip(taught(*minutes))
    assert (found is not None) is is_due
    if found:
        assert found.teacher == PEOPLE[minutes.index(least)]
        assert found.learner == PEOPLE[minutes.index(most)]


def test_the_reason_tells_the_numbers_by_name():
    found = flip(taught(80, 20), {"ada": "Ada", "bo": "Bo Li"})
    assert str(found.reason) == (
        "So far Ada has taught for 80 minutes and Bo Li for 20: "
        "this time Bo Li teaches most of the time."
    )
    assert "bo for 20" in str(flip(taught(80, 20)).reason)


def test_members_are_ids():
    with pytest.raises(TextError):
        ledger([], ["ada", ""])
