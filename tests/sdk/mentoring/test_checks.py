"""Records hold records of the right kind, or say at once what is needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peerloom.mentoring.agreements import Agreement, AgreementTerms, AgreementVersion
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.goals import Goal, GoalChange, GoalState, GoalTerms, Milestone
from peerloom.mentoring.session_changes import propose
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.sessions import Answer, Confirmation, Session, SessionError
from peerloom.mentoring.topics import Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def session(**fields):
    return Session(
        **{
            "id": "s1",
            "group": "g1",
            "members": ("ada", "bo"),
            "starts_at": NOW,
            "minutes": 60,
            "proposed_by": "ada",
            "proposed_at": NOW,
            "changed_at": NOW,
        }
        | fields
    )


def goal(**fields):
    return Goal(**{"id": "goal", "member": "ada", "set_at": NOW} | fields)


def change(**fields):
    return GoalChange(**{"at": NOW, "by": "ada", "state": GoalState.REVISED} | fields)


def agreement(**fields):
    return Agreement(**{"group": "g1", "drafted_at": NOW} | fields)


def version(**fields):
    return AgreementVersion(**{"version": 1, "replaced_at": NOW, "replaced_by": "ada"} | fields)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        *((session, name) for name in ("answers", "confirmations", "parts", "topics", "leftovers")),
        *((goal, name) for name in ("milestones", "progress", "history", "measure")),
        *((GoalTerms, name) for name in ("milestones", "measure")),
        *((change, name) for name in ("before", "set_aside")),
        *((agreement, name) for name in ("wants", "topics", "signatures", "history")),
        *((AgreementTerms, name) for name in ("wants", "topics", "ground_rules")),
        *((version, name) for name in ("terms", "signatures")),
    ],
)
@pytest.mark.parametrize("wrong", ["My secret", ({"text": "My secret"},), 7])
def test_anything_else_is_refused_at_once_and_not_repeated(make, name, wrong):
    if make is version:
        fields = {"terms": AgreementTerms()}
    else:
        fields = {"before": GoalTerms()} if make is change else {}
    with pytest.raises(MentoringError, match=f'"{name}" needs') as caught:
        make(**fields | {name: wrong})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (session, "is_presumed"),
        (goal, "is_shared"),
        (GoalTerms, "is_gear_change"),
        (lambda **fields: Confirmation(member="ada", at=NOW, **fields), "met"),
    ],
)
@pytest.mark.parametrize("wrong", ["no", 1, None])
def test_yes_or_no_is_no_text(make, name, wrong):
    with pytest.raises(MentoringError, match=f'"{name}" needs True or False'):
        make(**{name: wrong})


def test_lists_become_tuples_so_that_equal_records_are_equal():
    topic, answer = Topic(text="joins"), Answer(member="ada", at=NOW)
    assert session(topics=[topic], answers=[answer]) == session(topics=(topic,), answers=(answer,))
    step = Milestone(text="Read")
    assert goal(milestones=[step]) == goal(milestones=(step,))
    assert agreement(topics=[topic], ground_rules=["Kind"]) == agreement(
        topics=(topic,), ground_rules=("Kind",)
    )
    for made in (session(topics=[]), goal(history=[]), agreement(history=[], wants=[])):
        assert hash(made)


@pytest.mark.parametrize("name", ["state", "members", "group", "notes_shared_by", "nothing"])
def test_only_what_members_write_is_written(name):
    proposed = propose(
        id="s1",
        group="g1",
        members=("ada", "bo"),
        by="ada",
        starts_at=NOW + timedelta(days=1),
        minutes=60,
        now=NOW,
    )
    with pytest.raises(SessionError, match="Only this can be written: kind, activity"):
        describe(proposed, "ada", now=NOW, **{name: ("ada", "bo")})
