"""Questionnaires in a programme: which may be asked, and which answers may still change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.members import Member
from peerloom.mentoring.impact.errors import QuestionnaireError
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.programmes.answering import (
    Taken,
    add_questionnaire,
    questionnaire_named,
    questionnaires_of,
    take_answers,
)
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.feedback import respond
from peerloom.programmes.membership import join
from peerloom.programmes.programme import Programme

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = built_in_questionnaire()
OWN = replace(ASKED, id="own")
ITEM = ASKED.items[0].id


@pytest.fixture
def school():
    people = [Member(id="ada"), Member(id="bo")]
    return join(Programme(name="School", private_seed=1), people, now=MONDAY)[0]


def test_what_people_answer_is_kept_once(school):
    said = {"ada": {ITEM: 4}, "bo": {ITEM: 2}}
    school, taken = take_answers(school, ASKED, Wave.BEFORE, said, now=MONDAY)
    assert taken == Taken(new=("ada", "bo"), changed=(), same=())
    assert {one.member: one.answers for one in school.responses} == said
    again, taken = take_answers(school, ASKED, Wave.BEFORE, said, now=MONDAY + 9 * DAY)
    assert taken == Taken(new=(), changed=(), same=("ada", "bo"))
    assert again == school


def test_an_answer_changes_only_while_no_report_can_hold_it(school):
    """Or who sees the report before and after could tell what was answered."""
    school = respond(school, "ada", ASKED, Wave.AFTER, {ITEM: 4}, now=MONDAY)
    soon = respond(school, "ada", ASKED, Wave.AFTER, {ITEM: 5}, now=MONDAY + 2 * DAY)
    assert [one.answers for one in soon.responses] == [{ITEM: 5}]
    with pytest.raises(QuestionnaireError, match="1 would change"):
        respond(school, "ada", ASKED, Wave.AFTER, {ITEM: 5}, now=MONDAY + 3 * DAY)
    late, taken = take_answers(
        school,
        ASKED,
        Wave.AFTER,
        {"ada": {ITEM: 5}},
        now=MONDAY + 3 * DAY,
        is_correction=True,
    )
    assert taken.changed == ("ada",)
    # It takes the place of the wrong one: among those who are late it might wait for ever.
    assert [(one.answers, one.at) for one in late.responses] == [({ITEM: 5}, MONDAY)]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"cy": {ITEM: 4}}, UnknownRecordError),
        ({"ada": {ITEM: 6}}, QuestionnaireError),
        ({"ada": {"shoe_size": 4}}, QuestionnaireError),
    ],
)
def test_what_cannot_be_taken_in_changes_nothing(school, answers, error):
    with pytest.raises(error):
        take_answers(school, ASKED, Wave.BEFORE, {"bo": {ITEM: 1}, **answers}, now=MONDAY)
    assert len(school.responses) == 0


def test_which_questionnaire_is_meant(school):
    assert questionnaire_named(school) == ASKED
    school = add_questionnaire(school, OWN)
    assert questionnaire_named(school) == OWN
    assert questionnaire_named(school, ASKED.id) == ASKED
    assert list(questionnaires_of(school)) == [ASKED.id, "own"]
    with pytest.raises(UnknownRecordError):
        questionnaire_named(school, "other")
    with pytest.raises(QuestionnaireError, match="own, third"):
        questionnaire_named(add_questionnaire(school, replace(OWN, id="third")))


def test_another_wording_is_another_questionnaire(school):
    with pytest.raises(QuestionnaireError, match="a new id"):
        add_questionnaire(school, replace(ASKED, title="Other"))
    school = add_questionnaire(school, OWN)
    other = replace(OWN, title="Other")
    assert questionnaire_named(add_questionnaire(school, other)) == other
    school = respond(school, "ada", OWN, Wave.BEFORE, {ITEM: 3}, now=MONDAY)
    assert add_questionnaire(school, OWN) == school
    with pytest.raises(QuestionnaireError, match="a new id"):
        add_questionnaire(school, other)
