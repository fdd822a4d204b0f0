"""Goals, agreements and groups as plain data: there and back, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom import Rhythm
from peerloom.mentoring.agreements import (
    Agreement,
    AgreementTerms,
    AgreementVersion,
    Signature,
    Want,
)
from peerloom.mentoring.goals import (
    Goal,
    GoalChange,
    GoalState,
    GoalTerms,
    Milestone,
    ProgressEntry,
)
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.schemas.agreements import AgreementSchema
from peerloom.mentoring.schemas.goals import GoalSchema
from peerloom.mentoring.schemas.groups import PublishedGroupSchema
from peerloom.mentoring.topics import Family, Topic

IDS = st.text(min_size=1, max_size=8)
PROSE = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=30
)
LINES = PROSE.filter(str.strip)
MOMENTS = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001 hypothesis wants bounds without a zone
    datetime(9998, 1, 1),  # noqa: DTZ001 hypothesis wants bounds without a zone
    timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, places=4) | st.integers(-99, 99)
FAMILIES = st.none() | st.sampled_from(Family)


def listed(strategy, most=3, **options):
    return st.lists(strategy, max_size=most, **options).map(tuple)


MEASURES = (
    st.tuples(NUMBERS, NUMBERS, PROSE)
    .filter(lambda m: m[0] != m[1])
    .map(lambda m: Measure(start=m[0], target=m[1], unit=m[2]))
)
MILESTONES = st.builds(Milestone, text=LINES, done_at=st.none() | MOMENTS, member=st.none() | IDS)
ENTRIES = st.builds(ProgressEntry, at=MOMENTS, by=st.none() | IDS, value=NUMBERS, note=PROSE)
SAID = {
    "statement": PROSE,
    "measure": st.none() | MEASURES,
    "milestones": listed(MILESTONES),
    "due": st.none() | st.dates(date(1970, 1, 1), date(9998, 12, 31)),
}
TERMS = st.builds(GoalTerms, family=FAMILIES, **SAID)
REVISIONS = st.builds(
    GoalChange,
    at=MOMENTS,
    by=st.none() | IDS,
    state=st.just(GoalState.REVISED),
    why=PROSE,
    before=TERMS,
    set_aside=listed(ENTRIES, 2),
)
CHANGES = REVISIONS | st.builds(
    GoalChange,
    at=MOMENTS,
    by=IDS,
    state=st.sampled_from((GoalState.OPEN, GoalState.MET, GoalState.LET_GO)),
    why=PROSE,
)
REST = {
    "id": IDS,
    "set_at": MOMENTS,
    "state": st.sampled_from((GoalState.OPEN, GoalState.MET, GoalState.LET_GO)),
    "progress": listed(ENTRIES),
    "history": listed(CHANGES, 2),
    "is_shared": st.booleans(),
}
GOALS = st.builds(Goal, member=IDS, family=FAMILIES, **SAID, **REST) | st.builds(
    Goal,
    group=IDS,
    family=st.just(Family.CAREER),
    is_gear_change=st.booleans(),
    **SAID,
    **REST,
)
SETTLED = {
    "wants": listed(st.builds(Want, member=IDS, text=LINES), unique_by=lambda want: want.member),
    "rhythm": st.none() | st.sampled_from(Rhythm),
    "session_minutes": st.none() | st.integers(1, 1440),
    "topics": listed(st.builds(Topic, text=LINES, family=FAMILIES)),
    "ground_rules": listed(LINES),
}
SIGNATURES = listed(
    st.builds(Signature, member=IDS, at=MOMENTS), unique_by=lambda signature: signature.member
)


@st.composite
def agreements(draw):
    count = draw(st.integers(0, 2))
    history = tuple(
        draw(
            st.builds(
                AgreementVersion,
                version=st.just(index + 1),
                terms=st.builds(AgreementTerms, **SETTLED),
                signatures=SIGNATURES,
                replaced_at=MOMENTS,
                replaced_by=st.none() | IDS,
                why=PROSE,
            )
        )
        for index in range(count)
    )
    return draw(
        st.builds(
            Agreement,
            group=IDS,
            drafted_at=MOMENTS,
            version=st.just(count + 1),
            signatures=SIGNATURES,
            history=st.just(history),
            **SETTLED,
        )
    )


GROUPS = st.builds(
    PublishedGroup,
    id=IDS,
    members=st.lists(IDS, min_size=2, max_size=5, unique=True).map(tuple),
    round=st.integers(1, 99),
    published_at=MOMENTS.filter(lambda moment: moment.year < 5000),
    ended_at=st.none() | MOMENTS.filter(lambda moment: moment.year > 5000),
)


def there_and_back(schema, record):
    """Dump, write, read and load; give what came back and both texts."""
    text = json.dumps(schema.dump(record))
    back = schema.load(json.loads(text))
    return back, text, json.dumps(schema.dump(back))


@given(goal=GOALS)
def test_a_goal_comes_back_equal_and_is_written_alike(goal):
    back, first, second = there_and_back(GoalSchema(), goal)
    assert back == goal
    assert first == second


@given(agreement=agreements())
def test_an_agreement_comes_back_equal_and_is_written_alike(agreement):
    back, first, second = there_and_back(AgreementSchema(), agreement)
    assert back == agreement
    assert first == second


@given(group=GROUPS)
def test_a_group_comes_back_equal_and_is_written_alike(group):
    back, first, second = there_and_back(PublishedGroupSchema(), group)
    assert back == group
    assert first == second


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GOAL = {"id": "g1", "member": "ada", "set_at": "2026-11-23T10:00:00+01:00"}
MEASURE = {"start": 0, "target": "12.5"}
ENTRY = {"at": "2026-11-23T09:00:00Z", "by": "ada", "value": 3}
REVISION = {"at": "2026-11-23T09:00:00Z", "by": None, "state": "revised"}
AGREEMENT = {"group": "g1", "drafted_at": "2026-11-23T09:00:00Z"}
GROUP = {"id": "g1", "members": ["bo", "ada"], "round": 1, "published_at": "2026-11-23T09:00:00Z"}


def test_the_least_that_is_needed():
    assert GoalSchema().load(GOAL) == Goal(id="g1", member="ada", set_at=NOW)
    assert AgreementSchema().load(AGREEMENT) == Agreement(group="g1", drafted_at=NOW)
    assert PublishedGroupSchema().load(GROUP).members == ("ada", "bo")


@pytest.mark.parametrize(
    ("number", "written"),
    [(2.5, "2.5"), (0.1, "0.1"), (3, "3"), ("3.50", "3.5"), ("-0", "0"), ("1e3", "1000")],
)
def test_numbers_of_json_are_what_was_written(number, written):
    loaded = GoalSchema().load(GOAL | {"measure": {"start": number, "target": 99}})
    assert GoalSchema().dump(loaded)["measure"]["start"] == written


def first_message(error):
    """Give the path to the first message, and the message."""
    path, messages = [], error.messages
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path.append(str(key))
    return ".".join(path), messages[0]


@pytest.mark.parametrize(
    ("schema", "data", "path", "message"),
    [
        (GoalSchema, {"id": "g1", "set_at": "2026-11-23T09:00:00Z"}, "_schema", "member or to a"),
        (GoalSchema, GOAL | {"group": "g"}, "_schema", "a member or to a group"),
        (GoalSchema, GOAL | {"owner": "ada"}, "owner", "expected a key that is known here"),
        (GoalSchema, GOAL | {"goup": "g"}, "goup", '(did you mean "group"?)'),
        (GoalSchema, GOAL | {"id": None}, "id", "expected text"),
        (GoalSchema, GOAL | {"set_at": "2026-11-23T09:00:00"}, "set_at", "its time zone"),
        (GoalSchema, GOAL | {"set_at": "2026-11-23"}, "set_at", "expected a moment with its time"),
        (GoalSchema, GOAL | {"set_at": "0001-01-01T00:00:00Z"}, "set_at", "expected a year from"),
        (GoalSchema, GOAL | {"set_at": 1.5}, "set_at", "expected a moment with its time zone"),
        (GoalSchema, GOAL | {"due": "18.12.2026"}, "due", 'expected a day such as "2026-12-18"'),
        (GoalSchema, GOAL | {"due": "2026-12-18T09:00:00Z"}, "due", "expected a day such as"),
        (GoalSchema, GOAL | {"due": "9999-12-18"}, "due", "expected a year from 1970 to 9998"),
        (GoalSchema, GOAL | {"due": 20261218}, "due", "expected a day such as"),
        (GoalSchema, GOAL | {"family": "hobby"}, "family", "one of technical, soft_skills"),
        (GoalSchema, GOAL | {"state": "revised"}, "state", "expected open, met or let_go"),
        (GoalSchema, GOAL | {"is_shared": "no"}, "is_shared", "expected true or false"),
        (GoalSchema, GOAL | {"statement": "\x00"}, "statement", "without control characters"),
        (GoalSchema, GOAL | {"measure": 3}, "measure._schema", "expected keys with values"),
        (GoalSchema, GOAL | {"measure": {"start": 1}}, "measure.target", "expected a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": "12.50"}}, "measure.target", "another"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": True}}, "measure.start", "a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": "much"}}, "measure.start", "a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": "nan"}}, "measure.start", "a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": 1e300}}, "measure.start", "a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": "9" * 50}}, "measure.start", "a num"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": 10**5000}}, "measure.start", "a num"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": [1]}}, "measure.start", "a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": "1e-9999999999999999999"}},
         "measure.start", "a number"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": 0.00001}}, "measure.start", "decimals"),
        (GoalSchema, GOAL | {"measure": MEASURE | {"start": None}}, "measure.start", "a number"),
        (GoalSchema, GOAL | {"milestones": "One"}, "milestones", "expected a list"),
        (GoalSchema, GOAL | {"milestones": [{"text": "a"}, {"text": ""}]}, "milestones.1.text",
         "expected some text"),
        (GoalSchema, GOAL | {"progress": [ENTRY | {"value": "x"}]}, "progress.0.value", "number"),
        (GoalSchema, GOAL | {"progress": [{"at": ENTRY["at"], "value": 3}]}, "progress.0.by", "t"),
        (GoalSchema, GOAL | {"history": [REVISION]}, "history.0.before", "the earlier version"),
        (GoalSchema, GOAL | {"history": ["met"]}, "history.0._schema", "expected keys with values"),
        (AgreementSchema, AGREEMENT | {"rhythm": "daily"}, "rhythm", "one of twice_a_week"),
        (AgreementSchema, AGREEMENT | {"version": 2}, "history", "expected every version"),
        (AgreementSchema, AGREEMENT | {"version": "1"}, "version", "expected a whole number"),
        (AgreementSchema, AGREEMENT | {"ground_rules": "x"}, "ground_rules", "a list of texts"),
        (AgreementSchema, AGREEMENT | {"ground_rules": [1]}, "ground_rules.0", "expected text"),
        (AgreementSchema, AGREEMENT | {"wants": [{"member": "ada"}]}, "wants.0.text", "text"),
        (AgreementSchema, AGREEMENT | {"signed": []}, "signed", "a key that is known here"),
        (PublishedGroupSchema, GROUP | {"members": ["ada"]}, "members", "two or more different"),
        (PublishedGroupSchema, GROUP | {"members": "ada"}, "members", "expected a list of ids"),
        (PublishedGroupSchema, GROUP | {"round": 0}, "round", "expected a whole number from 1 up"),
        (PublishedGroupSchema, GROUP | {"ended_at": "2026-11-22T09:00:00Z"}, "ended_at", "not"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_for_its_place(schema, data, path, message):
    with pytest.raises(ValidationError) as caught:
        schema().load(data)
    where, said = first_message(caught.value)
    assert where == path
    assert message in said
    assert path == "_schema" or said.startswith("expected ")
