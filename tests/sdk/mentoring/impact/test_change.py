"""Change between two answers: by hand, with privacy, in sentences; the report and its caveats."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peerloom.mentoring.impact.change import changes
from peerloom.mentoring.impact.evidence import evidence
from peerloom.mentoring.impact.funnel import funnel
from peerloom.mentoring.impact.questionnaires import (
    Item,
    Questionnaire,
    Response,
    Scale,
    Source,
    Wave,
)
from peerloom.mentoring.impact.report import ImpactReport, caveats
from peerloom.mentoring.impact.retention import retention_by_round

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED = Questionnaire(
    id="q",
    title="Q",
    labels=("1", "2", "3", "4", "5"),
    scales=(
        Scale(
            id="s",
            title="Calm",
            source=Source(citation="me"),
            items=(Item(id="a", text="a"), Item(id="b", text="b", is_reversed=True)),
            fewest=1,
        ),
    ),
)


def answered(before, after, later=timedelta()):
    """Give responses of people 0, 1, ... who gave these answers to the first item."""
    return [
        Response(
            member=f"{number:02d}",
            questionnaire="q",
            wave=wave,
            at=NOON + later,
            answers={"a": one},
        )
        for wave, answers in ((Wave.BEFORE, before), (Wave.AFTER, after))
        for number, one in enumerate(answers)
        if one is not None
    ]


BEFORE = [2, 3, 3, 1, 4, 2, 3, 2]
AFTER = [3, 4, 3, 3, 4, 4, 2, 3]


def test_a_change_is_that_of_the_paired_t_interval_of_scipy():
    (found,) = changes(ASKED, answered(BEFORE, AFTER))
    assert (found.before, found.after) == (np.mean(BEFORE), np.mean(AFTER))
    wanted = stats.ttest_rel(AFTER, BEFORE).confidence_interval(0.95)
    assert (found.change.low, found.change.high) == pytest.approx((wanted.low, wanted.high))
    assert found.people.value == 8


def test_who_answered_only_once_is_not_compared():
    (found,) = changes(ASKED, answered([*BEFORE, 5, 5, None], [*AFTER, None, None, 1]))
    assert found == changes(ASKED, answered(BEFORE, AFTER))[0]


def test_people_of_one_group_are_not_independent():
    groups = {f"{number:02d}": str(number // 2) for number in range(12)}
    before, after = [1, 1, 3, 3, 2, 2, 4, 4, 1, 1, 2, 3], [3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 2, 3]
    (together,) = changes(ASKED, answered(before, after), groups=groups)
    (alone,) = changes(ASKED, answered(before, after))
    assert together.change.estimate == alone.change.estimate
    assert together.change.low < alone.change.low < alone.change.high < together.change.high
    few = {member: str(int(group) // 2) for member, group in groups.items()}
    (unsure,) = changes(ASKED, answered(before, after), groups=few)
    assert unsure.change is None
    assert [one.code for one in unsure.sentences()] == ["change_means", "change_unsure"]


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_five_are_hidden(count):
    (found,) = changes(ASKED, answered(BEFORE[:count], AFTER[:count]))
    assert (found.before, found.after, found.change) == (None, None, None)
    assert [str(one) for one in found.sentences()] == [
        "Calm: fewer than 5 people answered both times."
    ]


@pytest.mark.parametrize("end", [1, 5])
@pytest.mark.parametrize("others", range(7))
def test_a_mean_that_tells_that_nearly_all_are_at_one_end_is_hidden(end, others):
    """By all ways in which twelve people could have given that mean."""
    answers = [end] * (12 - others) + [2 if end == 1 else 4] * others
    (found,) = changes(ASKED, answered([2, 3, 4] * 4, answers))
    # Scores go in halves, as the scale has two items: so many may be off by one step.
    off = int(abs(sum(answers) - 12 * end) / 0.5)
    assert (found.after is None) == (off < 5)


@pytest.mark.parametrize(
    ("before", "after"),
    [([5] * 6, [1, 2, 3, 4, 5, 5]), ([1, 2, 3, 4, 5, 5], [1] * 6), ([1, 2, 3], [2, 3, 4])],
)
def test_a_mean_that_tells_everybody_s_answer_is_hidden(before, after):
    (found,) = changes(
        ASKED, answered(before * (1 + 3 // len(before)), after * (1 + 3 // len(after)))
    )
    assert (found.before, found.after, found.change) == (None, None, None)
    assert found.sentences()[0].code == "change_alike"


@pytest.mark.parametrize(
    ("after", "code", "words"),
    [
        ([4, 5, 5, 3, 5, 4, 4, 5], "change_up", "That is a rise."),
        ([1, 1, 2, 1, 3, 1, 2, 1], "change_down", "That is a fall."),
        ([2, 3, 4, 1, 3, 3, 2, 2], "change_open", "That may be chance."),
    ],
)
def test_the_words_say_what_the_interval_says(after, code, words):
    (found,) = changes(ASKED, answered(BEFORE, after))
    told = found.sentences()[1]
    assert told.code == code
    assert str(told).startswith(words)
    assert (told.values["least"], told.values["most"]) == (
        round(found.change.low, 2),
        round(found.change.high, 2),
    )


days = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=30)


@given(days, st.data())
def test_from_one_day_to_another_nobody_s_answer_can_be_told(times, data):
    """People answer on some days; who subtracts two reports gets five of them or none."""
    responses = [
        Response(
            member=f"{number:02d}",
            questionnaire="q",
            wave=wave,
            at=NOON + timedelta(days=day * (wave is Wave.AFTER)),
            answers={"a": answer if wave is Wave.AFTER else 1 + number % 3},
        )
        for number, (day, answer) in enumerate(times)
        for wave in Wave
    ]
    told = []
    for day in range(50):
        now = NOON + timedelta(days=day)
        (found,) = changes(ASKED, [one for one in responses if one.at <= now], now=now)
        told.append(0 if found.before is None else found.people.value)
    steps = [later - earlier for earlier, later in pairwise(told)]
    assert all(step == 0 or step >= 5 for step in steps)
    day = data.draw(st.integers(0, 49))
    (again,) = changes(ASKED, responses, now=NOON + timedelta(days=day + 50))
    (once,) = changes(ASKED, responses)
    if again.people.value == len(times) and again.before is not None:
        assert again == once


def test_who_answers_late_waits_for_four_others_who_did_not_all_answer_alike():
    early = answered(BEFORE, AFTER)
    late = [
        Response(
            member=f"late {number}",
            questionnaire="q",
            wave=wave,
            at=NOON + timedelta(days=10),
            answers={"a": 1 + (number + (number % 2) * (wave is Wave.AFTER)) % 4},
        )
        for number in range(5)
        for wave in Wave
    ]
    alike = [replace(one, answers={"a": 2}) for one in late]
    (known,) = changes(ASKED, early)
    for more, people in ((late[:8], 8), (alike, 8), (late, 13)):
        (found,) = changes(ASKED, [*early, *more], now=NOON + timedelta(days=13))
        assert found.people.value == people
        assert (found == known) is (people == 8)
    (waiting,) = changes(ASKED, [*early, *late], now=NOON + timedelta(days=12, hours=23))
    assert waiting == known


def test_no_member_and_no_answer_leaves():
    (found,) = changes(ASKED, answered(BEFORE, AFTER))
    told = json.dumps(found.to_dict()) + repr(found)
    assert not re.search(r"0\d'|\"0\d\"|answers", told)


# --- the report -----------------------------------------------------------------------------------


def test_a_report_never_comes_without_its_caveats():
    report = ImpactReport(
        funnel=funnel([]),
        retention=(retention_by_round([]),),
        changes=changes(ASKED, answered(BEFORE, AFTER)),
    )
    codes = [one.code for one in report.sentences()]
    assert codes[:4] == ["funnel_few", "retention_few", "change_means", "change_open"]
    assert codes[4:] == [one.code for one in caveats()]
    assert [one["code"] for one in report.to_dict()["caveats"]] == codes[4:]
    assert "no proof that mentoring caused it" in str(caveats()[0])
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()


def test_an_empty_report_has_its_caveats_but_none_about_answers():
    codes = [one.code for one in ImpactReport().sentences()]
    assert codes == ["caveat_cause", "caveat_interval", "caveat_hidden"]


def test_every_quoted_figure_has_source_and_caveat_and_can_be_translated():
    findings = evidence()
    assert len({one.code for one in findings}) == len(findings)
    for one in findings:
        assert one.source
        assert re.search(r"\b20\d\d\b", one.source)
        assert str(one.caveat)
        assert "{" not in str(one.claim) + str(one.caveat)
        assert one.url.startswith("https://") or not one.url


def test_the_salary_figure_is_quoted_as_it_was_found():
    salary = next(one for one in evidence() if one.code == "salary_grade")
    assert salary.claim.values == {"with_it": 25, "without_it": 5}
    assert "salary grade" in str(salary.claim)
    assert "not 25 in 100 more salary" in str(salary.caveat)
