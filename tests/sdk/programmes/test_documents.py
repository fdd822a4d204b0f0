"""Programmes as plain data: there and back, private things apart, every error with its place."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import Policy
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.json_text import from_bytes, to_bytes
from peerloom.programmes.documents import PRIVATE, of_plain, to_plain
from peerloom.programmes.errors import ProgrammeFileError
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.programme import Programme

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def written(programme):
    """What stands in the file, as bytes."""
    return to_bytes({"data": to_plain(programme)})


def read(content, **options):
    return of_plain(from_bytes(content)["data"], **options)


def problems(data):
    with pytest.raises(ProgrammeFileError) as error:
        of_plain(data, name="school.json")
    return str(error.value).splitlines()


@pytest.fixture
def data(course):
    """The plain data of a whole programme, to be spoilt."""
    return json.loads(written(course))["data"]


def test_a_course_holds_something_of_every_kind(course):
    empty = {name for name in KINDS if not len(getattr(course, name))}
    assert empty == {"removed_resources"}
    assert course.draft is not None


def test_a_whole_programme_comes_back_equal(course):
    content = written(course)
    assert read(content) == course
    assert read(content, is_checked=True) == course


def test_the_bytes_are_the_same_however_often_they_are_written(course):
    content = written(course)
    assert written(course) == content
    assert written(read(content)) == content
    assert written(read(content, is_checked=True)) == content


def test_an_empty_programme_comes_back_equal():
    programme = Programme(name="Evening school", private_seed=2**63)
    assert read(written(programme)) == programme


def test_words_are_kept_as_the_file_gives_them_back():
    policy = replace(Policy.preset("meetup"), name="our  rules ", description=" For\nall ")
    programme = Programme(name=" Evening  school ", private_seed=1, policy=policy)
    assert (programme.name, programme.policy.name) == ("Evening school", "our rules")
    assert read(written(programme)) == programme
    for fields in ({"name": ""}, {"private_seed": -1}, {"language": "x" * 21}, {"erased": True}):
        with pytest.raises(MentoringError):
            Programme(**{"name": "School", "private_seed": 1} | fields)


def test_numbers_given_before_are_never_given_again(course):
    again = read(written(course))
    for name in ("goals", "sessions", "check_ins", "groups"):
        assert again.numbered(name)[1] == course.numbered(name)[1]


def test_one_record_stands_on_one_line(course):
    lines = written(course).decode().splitlines()
    (line,) = (line for line in lines if '"id":"session-1"' in line)
    assert json.loads(line.rstrip(","))["group"] == "group-1"


def test_a_change_of_one_record_changes_one_line(course):
    changed = course.put("goals", replace(course.goals["goal-1"], is_shared=True))
    before, after = (written(one).splitlines() for one in (course, changed))
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_private_things_stand_in_their_own_section(course):
    public = to_plain(course, is_private=False)
    assert PRIVATE not in public
    words = json.dumps(public)
    assert "-words" not in words
    assert "our-notes" not in words
    assert "our-goal" not in words
    assert "-protected" not in words
    assert '"blocked"' not in words
    assert "is_declined" not in words
    assert "ada@example.org" in words
    assert {kind.name for kind in KINDS.values() if kind.is_private} >= {
        "asks",
        "check_ins",
        "switch_asks",
        "goals",
        "sessions",
        "nudges",
        "responses",
    }
    assert "-words" in json.dumps(to_plain(course)[PRIVATE])


def test_what_only_those_who_run_it_know_is_in_no_public_part(course):
    policy = replace(course.policy, never=(("ada", "bo"),), must=(("ada", "cy"),))
    rounds = [
        replace(
            one,
            drawing=replace(
                one.drawing, policy=policy, asked=(("ada", "cy"),), not_paired={"di": "a-reason"}
            ),
        )
        for one in course.rounds
    ]
    course = replace(course, policy=policy).put("rounds", *rounds)
    public = to_plain(course, is_private=False)
    assert {"never", "must"}.isdisjoint(public["policy"])
    assert public["rounds"]
    for one in public["rounds"]:
        assert {"asked", "not_paired"}.isdisjoint(one["drawing"])
        assert {"never", "must"}.isdisjoint(one["drawing"]["policy"])
    assert "draft" not in public
    private = {kind.name for kind in KINDS.values() if kind.is_private}
    assert private.isdisjoint(public["counters"])
    whole = to_plain(course)
    assert {"draft", "counters"} <= whole.keys()
    assert private & whole["counters"].keys()
    assert whole["policy"]["never"] == [["ada", "bo"]]
    assert whole["rounds"][0]["drawing"]["asked"] == [["ada", "cy"]]


def test_nothing_private_is_shown(course):
    shown = repr(course) + repr(course.of_group("group-1")) + repr(course.of_member("ada"))
    assert "-words" not in shown
    assert "-protected" not in shown
    assert str(course.private_seed) not in repr(course)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("sessions", 2, "starts_at"), "tomorrow", "private.sessions[3].starts_at"),
        (("sessions", 0, "confirmations", 1, "met"), "yes", "sessions[1].confirmations[2].met"),
        (("sessions", 0, "state"), "gone", "private.sessions[1].state"),
        (("sessions", 0, "minuts"), 45, "private.sessions[1].minuts"),
        (("goals", 1, "measure", "start"), "many", "private.goals[2].measure.start"),
        (("check_ins", 0, "mood"), 9, "private.check_ins[1].mood"),
        (("agreements", 0, "version"), 10**12, "private.agreements[1].history"),
        (("seed",), "lucky", "private.seed"),
        (("seed",), -7, "private.seed"),
        (("answers", 0, "blocked"), "bo", "private.answers[1].blocked"),
        (("answers", 0, "member"), "nobody", "private.answers[1].member"),
        (("sessions",), {}, "private.sessions"),
        (("nonsense",), [], "private.nonsense"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_without_private_words(data, keys, value, said):
    spoil(data[PRIVATE], keys, value)
    (line,) = problems(data)
    assert line.startswith("school.json: key ")
    assert f"{said}" in line
    assert "expected" in line
    assert repr(value) not in line
    assert "something else" in line


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("members", 0, "profile", "level"), 9, 'key "members[1].profile.level": expected a whole'),
        (("members", 0, "joined_at"), "2026", 'key "members[1].joined_at": expected a moment'),
        (("groups", 1, "members"), ["ada"], 'key "groups[2].members": expected the ids of two'),
        (("rounds", 0, "drawing", "policy", "rhythm"), "x", "rounds[1].drawing.policy.rhythm"),
        (("policy", "weights"), {"charm": 1}, "policy.weights"),
        (("settings", "silence_days"), -1, "settings.silence_days"),
        (("draft", "groups"), [["ada"]], "draft.groups"),
        (("name",), "", '"name": expected some text'),
        (("name",), None, '"name"'),
        (
            ("counters",),
            {"sessions": "x"},
            'counters.sessions": expected a whole number, found "x"',
        ),
        (("counters",), {"sessions": -1}, 'counters.sessions": expected a whole number from 0 up'),
        (("counters",), {"cows": 1}, "counters.cows"),
        (("extra",), 1, 'key "extra": expected a key that is known here'),
        (("private",), 1, '"private": expected keys'),
    ],
)
def test_what_is_wrong_in_public_is_said_with_what_stands_there(data, keys, value, said):
    spoil(data, keys, value)
    (line,) = problems(data)
    assert said in line


def spoil(data, keys, value):
    for key in keys[:-1]:
        data = data[key]
    data[keys[-1]] = value


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("sessions", 1, "group"), "group-99", 'private.sessions[2].group": expected ids that are'),
        (("goals", 0, "member"), "nobody", "private.goals[1].member"),
        (("check_ins", 0, "session"), "session-99", 'check_ins[1].session": expected ids'),
        (("preferences", 0, "member"), "nobody", "private.preferences[1].member"),
        (("resources", 0, "added_by"), "nobody", "private.resources[1].added_by"),
    ],
)
def test_a_record_of_something_unknown_is_named(data, keys, value, said):
    spoil(data[PRIVATE], keys, value)
    (line,) = problems(data)
    assert said in line


def test_a_group_of_an_unknown_round_or_person_is_named(data):
    data["groups"][0]["round"] = 7
    data["groups"][1]["members"] = ["ada", "nobody"]
    said = problems(data)
    assert any('groups[1].round": expected numbers that are in "rounds"' in line for line in said)
    assert any('groups[2].members": expected ids that are in "members"' in line for line in said)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (("counters", "\x1b[31m"), "counters.\\u001b[31m"),
        (("a\x1b]0;x\x07\n" * 200,), "a\\u001b]0;x\\u0007\\na\\u001b"),
    ],
)
def test_no_key_of_a_file_steers_a_terminal(data, keys, shown):
    spoil(data, keys, 1)
    (line,) = problems(data)
    assert line.isprintable()
    assert f'key "{shown}' in line
    assert len(line) < 200


def test_all_problems_are_said_at_once(data):
    spoil(data, ("members", 0, "joined_at"), 1)
    spoil(data[PRIVATE], ("sessions", 0, "minutes"), "x")
    spoil(data[PRIVATE], ("goals", 0, "due"), "x")
    assert len(problems(data)) == 3


def test_a_key_that_stands_twice_is_refused(data):
    data["groups"].append(copy.deepcopy(data["groups"][0]))
    (line,) = problems(data)
    assert f'"groups[{len(data["groups"])}].id": expected each group once, found "' in line


def test_nobody_has_two_private_answers(data):
    answers = data[PRIVATE]["answers"]
    answers.append({"member": answers[0]["member"], "blocked": []})
    (line,) = problems(data)
    assert f'"private.answers[{len(answers)}].member": expected each member once' in line


@pytest.mark.parametrize("data", [None, [], "programme", 3, {}])
def test_other_data_is_no_programme(data):
    assert problems(data)


def test_what_was_said_to_be_checked_is_checked_when_it_is_needed(data):
    data[PRIVATE]["sessions"][0]["minutes"] = "many"
    programme = of_plain(data, is_checked=True)
    assert len(programme.sessions) == 4
    with pytest.raises(ProgrammeFileError, match=r'private\.sessions": expected a whole number'):
        programme.sessions["session-1"]


@pytest.mark.parametrize("row", [None, [], 3, {"group": "group-1"}])
def test_what_was_said_to_be_checked_and_has_no_id_is_refused_at_once(data, row):
    data[PRIVATE]["sessions"][0] = row
    with pytest.raises(ProgrammeFileError, match=r"private\.sessions\[1\]"):
        of_plain(data, is_checked=True)


def test_what_was_said_to_be_checked_and_stands_twice_is_refused(data):
    data[PRIVATE]["goals"].append(data[PRIVATE]["goals"][0])
    with pytest.raises(ProgrammeFileError, match="each goal once"):
        of_plain(data, is_checked=True)


json_values = st.recursive(
    # Numbers of JSON are finite: `json_text` refuses others before anything is read.
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def paths(value, keys=()):
    """Every place in plain data."""
    yield keys
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(below, (*keys, key))


@given(st.data())
def test_whatever_stands_anywhere_is_read_or_refused(course, data):
    plain = json.loads(written(course))["data"]
    place = data.draw(st.sampled_from(list(paths(plain))[1:]))
    spoil(plain, place, data.draw(json_values))
    with suppress(ProgrammeFileError):
        programme = of_plain(plain)
        assert read(written(programme)) == programme


def test_keys_may_be_missing_and_are_said(data):
    for keys in (("name",), ("policy",), (PRIVATE, "seed"), ("members", 0, "profile")):
        spoilt = copy.deepcopy(data)
        below = spoilt
        for key in keys[:-1]:
            below = below[key]
        del below[keys[-1]]
        assert problems(spoilt)
