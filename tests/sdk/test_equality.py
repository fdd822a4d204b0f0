"""The equality audit: aggregates that are right, chance measured, nobody exposed."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from itertools import combinations

import pytest

from peerloom import Availability, History, Member, pair
from peerloom.equality import SMALLEST, equality_audit


def everybody(count, answer, **more):
    """Members whose answer to a protected question is given by a function of the number."""
    return [
        Member(
            id=f"{number:03d}",
            protected={"background": answer(number)} if answer(number) else {},
            **more,
        )
        for number in range(count)
    ]


def test_means_are_those_of_the_groups():
    members = [
        dataclasses.replace(one, level=1 + int(one.id) % 5)
        for one in everybody(21, lambda number: "red" if number % 3 else "Blue ")
    ]
    pairing = pair(members)
    audit = equality_audit(pairing, "background", shuffles=99)
    score = {one: group.score for group in pairing.groups for one in group.members}
    trio = {one for group in pairing.groups for one in group.members if len(group.members) == 3}
    red = [one.id for one in members if one.protected["background"] == "red"]
    blue = [one.id for one in members if one.id not in red]
    by = {(one.measure, one.answer): one for one in audit.differences}
    found = by["score", "red"]
    assert (found.people, found.others) == (14, 7)
    assert found.mean == Fraction(sum(score[one] for one in red), 14)
    assert found.mean_of_others == Fraction(sum(score[one] for one in blue), 7)
    assert found.difference == -by["score", "Blue "].difference
    assert by["trio", "red"].mean == Fraction(len(trio & set(red)), 14)
    assert {one.measure for one in audit.differences} == {
        "score",
        "common_minutes",
        "trio",
        "repeats",
    }


def test_chance_against_every_shuffle():
    """With five and five people there are 252 ways: the p-value comes close to the exact one."""
    members = [
        dataclasses.replace(
            one,
            level=1 + number % 4,
            availability=Availability.parse(f"Mon {8 + number % 5}-{14 + number % 3}"),
        )
        for number, one in enumerate(everybody(10, lambda number: "ab"[number < 5]))
    ]
    pairing = pair(members, seed=4)
    audit = equality_audit(pairing, "background", shuffles=4999)
    found = next(one for one in audit.differences if (one.measure, one.answer) == ("score", "a"))
    score = {one: group.score for group in pairing.groups for one in group.members}
    total = sum(score.values())
    ways = [sum(some) for some in combinations([score[one.id] for one in members], 5)]
    real = sum(score[one.id] for one in members if one.protected["background"] == "a")
    exact = sum(abs(2 * way - total) >= abs(2 * real - total) for way in ways) / len(ways)
    assert abs(float(found.p_value) - exact) < 0.04
    assert found.by_chance[0] <= 0 <= found.by_chance[1]


def test_a_real_difference_is_found_and_chance_is_not():
    evening = Availability.parse("Mon 18-22")
    members = [
        dataclasses.replace(
            one, availability=evening if one.protected["background"] == "in" else Availability()
        )
        for one in everybody(24, lambda number: "in" if number < 12 else "out")
    ]
    audit = equality_audit(pair(members), "background")
    found = {one.measure for one in audit.differences if one.is_more_than_chance}
    assert found == {"score", "common_minutes"}
    codes = [sentence.code for sentence in audit.sentences()]
    assert codes[0] == "equality_differs"
    assert codes[-1] == "equality_caveat"
    alike = everybody(24, lambda number: "ab"[number % 2], availability=evening)
    calm = equality_audit(pair(alike), "background")
    assert calm.sentences()[0].code == "equality_alike"
    assert not any(one.is_more_than_chance for one in calm.differences)


def test_few_answers_are_hidden_and_cannot_be_worked_out():
    answers = ["red"] * 8 + ["blue"] * 7 + ["green"] * (SMALLEST - 1) + [""] * 3
    members = everybody(len(answers), answers.__getitem__)
    audit = equality_audit(pair(members), "background", shuffles=99)
    text = json.dumps(audit.to_dict())
    assert audit.hides_answers
    assert "green" not in text
    assert "green" not in repr(audit)
    assert "equality_hidden" in text
    for one in audit.differences:
        assert one.people + one.others == 15
        assert min(one.people, one.others) >= SMALLEST
    assert not any(member.id in text for member in members)


@pytest.mark.parametrize("answers", [["red"] * 9, ["red"] * 9 + ["blue"] * 4, [""] * 6, []])
def test_one_answer_alone_is_not_compared(answers):
    members = everybody(len(answers), answers.__getitem__)
    audit = equality_audit(pair(members), "background")
    assert audit.differences == ()
    assert [sentence.code for sentence in audit.sentences()] == ["equality_few"]


def test_sections_and_columns_can_be_asked_for_and_repeats_count():
    members = [
        Member(
            id=f"{number:02d}",
            section="n" if number < 6 else "s",
            columns={"City": "Rome" if number % 2 else "Oslo"},
        )
        for number in range(12)
    ]
    first = pair(members, locked=[[f"{number:02d}", f"{number + 1:02d}"] for number in (0, 2, 4)])
    again = pair(
        members,
        history=History.of([[group.members for group in first.groups]]),
        locked=first.locked,
    )
    audit = equality_audit(again, "section", shuffles=99)
    repeats = next(
        one for one in audit.differences if (one.measure, one.answer) == ("repeats", "n")
    )
    assert (repeats.mean, repeats.mean_of_others) == (1, 0)
    assert {one.answer for one in equality_audit(again, "City").differences} == {"Oslo", "Rome"}
    assert equality_audit(again, "nothing").differences == ()


def test_circles_have_no_trio_seat():
    members = everybody(12, lambda number: "ab"[number % 2])
    audit = equality_audit(pair(members, size=3), "background", shuffles=99)
    assert "trio" not in {one.measure for one in audit.differences}


def test_the_seed_is_recorded_and_repeats_the_audit():
    pairing = pair(
        [
            dataclasses.replace(one, level=1 + int(one.id) % 5)
            for one in everybody(30, lambda number: "ab"[number % 2])
        ]
    )
    assert equality_audit(pairing, "background", seed=3) == equality_audit(
        pairing, "background", seed=3
    )
    assert equality_audit(pairing, "background", seed=3).to_dict()["seed"] == 3


def test_too_few_shuffles_are_refused():
    with pytest.raises(ValueError, match="99 shuffles"):
        equality_audit(pair(everybody(4, str)), "background", shuffles=98)
