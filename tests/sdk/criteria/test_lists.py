"""Words: what people teach each other, and what they share."""

from __future__ import annotations

import pytest

from peerloom import Member, Policy, score_matrix
from peerloom.criteria.bits import Numbers, Said


def scores(name, *members):
    return score_matrix(members, Policy(name=name, weights={name: 1}))


def test_teaching_in_both_directions_is_worth_more_than_twice_in_one():
    ada = Member(id="a", teach=("SQL", "Git"), learn=("Rust",))
    both = Member(id="b", teach=("rust",), learn=(" sql ",))
    one_way = Member(id="c", learn=("SQL", "GIT"))
    assert scores("teach_and_learn", ada, both, one_way)[0].tolist() == [0, 8400, 6000]


def test_the_same_skill_in_another_spelling_counts_once():
    ada = Member(id="a", teach=("Public  speaking", "public speaking"))
    bo = Member(id="b", learn=("PUBLIC SPEAKING",))
    assert scores("teach_and_learn", ada, bo)[0, 1] == 4200


def test_a_list_longer_than_two_skills_buys_nothing():
    ada = Member(id="a", teach=tuple("abcdefg"))
    few, many = Member(id="b", learn=("a", "b")), Member(id="c", learn=tuple("abcdefg"))
    assert scores("teach_and_learn", ada, few, many)[0].tolist() == [0, 6000, 6000]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("topics", [6000, 9600, 12_000, 12_000, 0]),
        ("challenges", [6000, 9600, 12_000, 12_000, 0]),
        ("goals", [8400, 12_000, 12_000, 12_000, 0]),
        ("languages", [12_000, 12_000, 12_000, 12_000, 0]),
        ("formats", [12_000, 12_000, 12_000, 12_000, 0]),
    ],
)
def test_shared_words_count_until_it_is_enough(name, expected):
    lists = [("a", "b", "c", "d"), ("A",), ("b", " a"), ("c", "b", "a"), tuple("dcba"), ("z",)]
    members = [Member(id=str(place), **{name: words}) for place, words in enumerate(lists)]
    assert scores(name, *members)[0, 1:].tolist() == expected


def test_words_that_say_nothing_are_no_words():
    members = [Member(id="a", topics=("", " ")), Member(id="b", topics=("", "\t"))]
    assert not scores("topics", *members).any()


def test_words_of_people_are_read_once_each():
    said = Said.read([("SQL", "sql", "Git"), (), ("git ", "")], Numbers())
    assert list(zip(said.people.tolist(), said.words.tolist(), strict=True)) == [
        (0, 0), (0, 1), (2, 1)
    ]  # fmt: skip


def test_more_words_than_bits_of_a_machine_word():
    lists = [[f"topic {number}" for number in range(start, start + 50)] for start in range(100)]
    members = [Member(id=f"{place:03d}", topics=tuple(words)) for place, words in enumerate(lists)]
    found = scores("topics", *members)
    assert found[0].tolist()[46:52] == [12_000, 12_000, 9600, 6000, 0, 0]
    assert found[40, 90] == 0
