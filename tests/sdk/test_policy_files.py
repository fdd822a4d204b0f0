"""Policy files: TOML or JSON, from a preset or from nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from peerloom import (
    COMPLEMENTARY,
    PRESETS,
    SIMILAR,
    ColumnCriterion,
    Comparison,
    Fairness,
    Policy,
    PolicyFileError,
    Rhythm,
    read_policy,
)
from peerloom.schemas import PolicySchema

FROM_NOTHING = """
name = "book club"
description = "One book, two readers."
group_size = 3
level_gap = 1
enough_minutes = 90
session_minutes = 30
rhythm = "weekly"
round_weeks = 6

[weights]
topics = 3
availability = 1
"""


def test_from_nothing(write):
    assert read_policy(write(FROM_NOTHING, "club.toml")) == Policy(
        name="book club",
        description="One book, two readers.",
        weights={"topics": 3, "availability": 1},
        group_size=3,
        level_gap=1,
        enough_minutes=90,
        session_minutes=30,
        rhythm=Rhythm.WEEKLY,
        round_weeks=6,
    )


EVERYTHING = """
preset = "meetup"
ask_points = 50
fairness = "worst_off_first"
least_common_minutes = 60
same = ["section"]
different = ["City"]
never = [["ada", "bo"], ["ada", "Bo"]]
must = [["cy", "di"]]
nobody_alone = ["field"]

[weights]
goals = 2
level = 1
experience = 1

[compare]
level = "similar"
experience = {gap = 2}

[[columns]]
column = "city"
weight = 3
compare = "complementary"

[[columns]]
column = "years"
weight = 1
compare = {gap = 5}
unit = 2

[mix]
field = 4
"""


def test_everything_that_a_policy_can_say(write):
    policy = read_policy(write(EVERYTHING, "all.toml"))
    assert policy == replace(
        PRESETS["meetup"],
        name="all",
        ask_points=50,
        fairness=Fairness.WORST_OFF_FIRST,
        least_common_minutes=60,
        same=("section",),
        different=("City",),
        never=(("ada", "bo"), ("ada", "Bo")),
        must=(("cy", "di"),),
        nobody_alone=("field",),
        weights={"goals": 2, "level": 1, "experience": 1},
        compare={"level": SIMILAR, "experience": Comparison.target_gap(2)},
        columns=(
            ColumnCriterion("city", 3, COMPLEMENTARY),
            ColumnCriterion("years", 1, Comparison.target_gap(5), unit=2),
        ),
        mix={"field": 4},
    )
    plain = json.loads(json.dumps(PolicySchema().dump(policy)))
    assert PolicySchema().load(plain) == policy
    assert plain["compare"] == {"level": "similar", "experience": {"gap": 2}}


def test_from_a_preset(write):
    policy = read_policy(write('preset = "bootcamp"\nlevel_gap = 1\n', "ours.toml"))
    assert (policy.name, policy.level_gap) == ("ours", 1)
    assert policy.weights == PRESETS["bootcamp"].weights
    assert policy.rhythm is PRESETS["bootcamp"].rhythm


def test_as_json(write):
    path = write('{"preset": "career", "name": "ours"}', "ours.JSON")
    assert read_policy(path).name == "ours"


@pytest.mark.parametrize("preset", PRESETS)
def test_a_policy_comes_back_from_plain_data(preset):
    plain = json.loads(json.dumps(PolicySchema().dump(PRESETS[preset])))
    assert PolicySchema().load(plain) == PRESETS[preset]


def test_the_policy_of_the_example(example):
    policy = read_policy(Path(example).with_name("policy.toml"))
    assert policy.weights["availability"] == 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("= 1", "expected TOML"),
        ("", "an empty file"),
        ('preset = "book club"', 'key "preset": expected one of bootcamp, meetup, career, found'),
        ("preset = [1]", 'key "preset": expected one of bootcamp, meetup, career, found [1]'),
        ("level_gap = 0", 'key "weights": expected whole numbers from 0 up'),
        ('preset = "meetup"\nlevle_gap = 1', 'key "levle_gap": expected a key that is known here'),
        (
            'preset = "meetup"\ngroup_size = 9',
            'key "group_size": expected a whole number from 2 to',
        ),
        ('preset = "meetup"\ngroup_size = 2.5', 'key "group_size": expected a whole number'),
        ('preset = "meetup"\nrhythm = "daily"', 'key "rhythm": expected one of twice_a_week'),
        ("[weights]\ncharm = 1", 'key "weights": expected whole numbers from 0 up'),
        ("[weights]\nlanguage = 1", '(did you mean "languages"?)'),
        ('[weights]\nlevel = "high"', 'key "weights": expected a whole number, found {"level"'),
        ("weights = {level = 2, topics = -2}", 'key "weights": expected whole numbers from 0 up'),
        ('preset = "meetup"\nnevr = []', 'is known here (did you mean "never"?), found []'),
        ('preset = "meetup"\nnever = ["ada"]', 'key "never": expected pairs of ids, found ["ada"]'),
        ('preset = "meetup"\nnever = [["ada"]]', 'key "never": expected pairs of ids'),
        ('preset = "meetup"\nmust = "ada"', 'key "must": expected pairs of ids'),
        ('preset = "meetup"\nmust = [["ada", 3]]', 'key "must": expected text'),
        ('preset = "meetup"\nmust = [["ada", ""]]', 'key "must": expected some text'),
        ('preset = "meetup"\nmust = [["a", "a"]]', "expected pairs of two different ids"),
        ('preset = "meetup"\nsame = "section"', 'key "same": expected a list of texts'),
        ('preset = "meetup"\nsame = ["a"]\ndifferent = ["a"]', 'other columns than "same"'),
        ('preset = "meetup"\nfairness = "yes"', "expected one of total, worst_off_first"),
        ('preset = "meetup"\nask_points = 2000', "expected a whole number from 0 to 1000"),
        ('preset = "meetup"\nmix = 3', 'key "mix": expected whole numbers by attribute'),
        ('preset = "meetup"\n[mix]\nfield = "a"', 'key "mix": expected a whole number'),
        ('preset = "meetup"\n[mix]\nfield = -1', 'key "mix": expected whole numbers from 0 up'),
        ('preset = "meetup"\ncompare = 3', 'key "compare": expected ways by criterion'),
        ('preset = "meetup"\n[compare]\nlevel = "near"', 'expected "similar", "complementary" or'),
        ('preset = "meetup"\n[compare]\nlevel = {gap = "1"}', 'or a gap such as {"gap": 1}'),
        ('preset = "meetup"\n[compare]\nlevel = {gap = -1}', "expected a gap from 0 to 1000000"),
        ('preset = "meetup"\n[compare]\nlevel = {gap = 5}', "expected a gap of level from 0 to 4"),
        ('preset = "meetup"\n[compare]\ntopics = "similar"', "expected one of these ways (level: "),
        ('preset = "meetup"\ncolumns = 3', 'key "columns": expected columns, each with its'),
        ('preset = "meetup"\ncolumns = [3]', 'key "columns": expected columns, each with its'),
        ('preset = "meetup"\n[[columns]]\nweight = 3', 'key "columns": expected text'),
        ('preset = "meetup"\n[[columns]]\ncolumn = "c"', 'key "columns": expected a whole number'),
        (
            'preset = "meetup"\n[[columns]]\ncolumn = "c"\nweight = 0',
            'key "columns": expected a whole number above 0',
        ),
        (
            'preset = "meetup"\n[[columns]]\ncolumn = "c"\nweight = 1\nwieght = 2',
            'key "columns": expected only column, weight, compare and unit',
        ),
        ("weights = 3", 'key "weights": expected whole numbers for teach_and_learn'),
        ('preset = "meetup"\nname = "a\\u0007"', 'key "name": expected text without control'),
    ],
)
def test_files_that_cannot_be_used(write, content, said):
    with pytest.raises(PolicyFileError) as caught:
        read_policy(write(content, "policy.toml"))
    assert said in str(caught.value)
    assert caught.value.code == "policy_file_invalid"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1]", "expected keys with values, found list"),
        ('{"name": "\\ud800", "preset": "meetup"}', 'key "name": expected text without control'),
        ("[" * 100_000, "expected JSON"),
    ],
)
def test_json_that_cannot_be_used(write, content, said):
    with pytest.raises(PolicyFileError) as caught:
        read_policy(write(content, "policy.json"))
    assert said in str(caught.value)


def test_all_problems_at_once(write):
    with pytest.raises(PolicyFileError) as caught:
        read_policy(
            write('preset = "meetup"\nlevel_gap = "x"\nround_weeks = "y"\nz = 1\n', "p.toml")
        )
    assert [problem.column for problem in caught.value.problems] == [
        "level_gap",
        "round_weeks",
        "z",
    ]
