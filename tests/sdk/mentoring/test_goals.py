"""Goals: whose they are, what they keep, and who never reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from peerloom.mentoring.errors import GoalError, MentoringError, MomentError, TextError
from peerloom.mentoring.gear_changes import GEAR_CHANGE_MILESTONES, gear_change
from peerloom.mentoring.goal_outlines import outline
from peerloom.mentoring.goals import (
    Goal,
    GoalChange,
    GoalState,
    GoalTerms,
    Milestone,
    ProgressEntry,
)
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.topics import FAMILY_NAMES, STARTERS, Family, Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)


def goal(**fields):
    owner = {} if {"member", "group"} & set(fields) else {"member": "ada"}
    return Goal(**{"id": "g1", "set_at": NOW} | owner | fields)


def entry(value, *, days=0, **fields):
    return ProgressEntry(
        **{"at": NOW + timedelta(days=days), "by": "ada", "value": Decimal(value)} | fields
    )


@pytest.mark.parametrize("owner", [{"member": None}, {"member": "ada", "group": "g"}])
def test_a_goal_belongs_to_a_member_or_to_a_group(owner):
    with pytest.raises(GoalError, match="a member or to a group"):
        goal(**owner)


@pytest.mark.parametrize("owner", [{"member": ""}, {"group": ""}, {"id": ""}])
def test_ids_are_needed(owner):
    with pytest.raises(TextError, match="an id"):
        goal(**owner)


def test_a_goal_may_say_nothing_yet():
    empty = goal()
    assert (empty.statement, empty.family, empty.measure, empty.due) == ("", None, None, None)
    assert empty.is_open
    assert empty.value is None
    assert not empty.was_revised


def test_words_are_tidied_and_moments_kept_in_utc():
    there = NOW.astimezone(ZoneInfo("Pacific/Auckland"))
    made = goal(statement=" Learn\r\nSQL ", family="technical", set_at=there)
    assert made == goal(statement="Learn\nSQL", family=Family.TECHNICAL)
    assert made.set_at.tzinfo is UTC
    assert made.family is Family.TECHNICAL


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"set_at": NAIVE}, MomentError, "set_at"),
        ({"due": NOW}, MomentError, "due"),
        ({"due": "2026-12-18"}, MomentError, "due"),
        ({"statement": "x" * 2001}, TextError, "statement"),
        ({"family": "hobby"}, MentoringError, "family"),
        ({"state": "done"}, GoalError, "state"),
        ({"state": GoalState.REVISED}, GoalError, "state"),
        ({"milestones": tuple(Milestone(text=str(n)) for n in range(51))}, GoalError, "milestones"),
        ({"is_gear_change": True}, GoalError, "is_gear_change"),
        ({"is_gear_change": True, "family": Family.TECHNICAL}, GoalError, "is_gear_change"),
    ],
)
def test_what_a_goal_cannot_be(fields, error, field):
    with pytest.raises(error) as caught:
        goal(**fields)
    assert caught.value.field == field
    assert caught.value.expected


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Milestone(text=" "), "text"),
        (lambda: Milestone(text="x", done_at=NAIVE), "done_at"),
        (lambda: Milestone(text="x", member=""), "member"),
        (lambda: entry(1, at=NAIVE), "at"),
        (lambda: entry(1, by=""), "by"),
        (lambda: ProgressEntry(at=NOW, by="ada", value=1.5), "value"),
        (lambda: entry(1, note="\x00"), "note"),
        (lambda: GoalChange(at=NAIVE, by="ada", state=GoalState.MET), "at"),
        (lambda: GoalChange(at=NOW, by="", state=GoalState.MET), "by"),
        (lambda: GoalChange(at=NOW, by="ada", state="gone"), "state"),
        (lambda: GoalChange(at=NOW, by="ada", state=GoalState.REVISED), "before"),
        (
            lambda: GoalChange(at=NOW, by="ada", state=GoalState.MET, before=GoalTerms()),
            "before",
        ),
        (lambda: Topic(text=""), "text"),
        (lambda: Topic(text="x", family="hobby"), "family"),
    ],
)
def test_what_its_parts_cannot_be(make, field):
    with pytest.raises(MentoringError) as caught:
        make()
    assert caught.value.field == field


def test_the_newest_entry_counts_however_late_it_was_written_down():
    made = goal(
        measure=Measure(start=0, target=9), progress=(entry(5, days=3), entry(2, days=1), entry(4))
    )
    assert [int(one.value) for one in made.progress] == [4, 2, 5]
    assert made.value == 5
    assert goal(measure=Measure(start=3, target=9)).value == 3


def test_of_two_entries_of_one_moment_the_one_written_last_counts():
    made = goal(measure=Measure(start=0, target=9), progress=(entry(5), entry(2)))
    assert made.value == 2


SECRETS = ("leave my job", "nights", "therapy", "tears", "because", "older words")


def secretive(**fields):
    before = GoalTerms(statement="older words", milestones=(Milestone(text="tears"),))
    change = GoalChange(
        at=NOW,
        by="ada",
        state=GoalState.REVISED,
        why="because",
        before=before,
        set_aside=(entry(1, note="therapy"),),
    )
    return goal(
        statement="leave my job",
        family=Family.CAREER,
        measure=Measure(start=0, target=3, unit="nights"),
        milestones=(Milestone(text="tears"),),
        progress=(entry(1, note="therapy"),),
        history=(change,),
        is_gear_change=True,
        **fields,
    )


def test_no_private_word_is_in_a_repr():
    made = secretive()
    things = [made, made.terms, made.measure, *made.milestones, *made.progress, *made.history]
    shown = " ".join(map(repr, things)) + repr(Topic(text="tears"))
    assert not [secret for secret in SECRETS if secret in shown]


def test_an_outline_has_no_private_word_unless_it_is_shared():
    kept = outline(secretive())
    assert not [secret for secret in SECRETS if secret in repr(kept)]
    assert "gear" not in repr(kept)
    assert (kept.member, kept.family, kept.state) == ("ada", Family.CAREER, GoalState.OPEN)
    shared = outline(secretive(is_shared=True))
    assert shared.statement == "leave my job"
    assert not [secret for secret in SECRETS[1:] if secret in repr(shared)]


def test_a_gear_change_begins_with_first_steps():
    made = gear_change(id="g", member="ada", statement="To data", set_at=NOW, due=date(2027, 3, 1))
    assert made.is_gear_change
    assert made.family is Family.CAREER
    assert tuple(one.text for one in made.milestones) == GEAR_CHANGE_MILESTONES
    own = gear_change(id="g", member="ada", statement="", set_at=NOW, milestones=["Ask Bo", " "])
    assert [one.text for one in own.milestones] == ["Ask Bo"]


def test_every_family_has_a_name_and_topics_to_start_from():
    assert set(FAMILY_NAMES) == set(STARTERS) == set(Family)
    texts = [Topic(text=text, family=family).text for family in Family for text in STARTERS[family]]
    assert len(set(texts)) == len(texts) >= 15
