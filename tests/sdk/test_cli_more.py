"""Calendars, repairs, asks and locked groups on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from peerloom import read_history, read_members, rotate
from peerloom.cli import main

WEEK = ("--week", "2026-11-18")
MEMBERS = "id,name,topics\n" + "".join(f"{one},Name {one},{one} things\n" for one in "abcdef")


@pytest.fixture
def run():
    def run_command(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments)])

    return run_command


@pytest.fixture
def members(write):
    return write(MEMBERS)


def groups_of(result):
    return [tuple(group["members"]) for group in json.loads(result.stdout)["groups"]]


# --- rotate ---------------------------------------------------------------------------------------


def test_the_rounds_and_what_is_proven(run, members):
    result = run("rotate", members, "--rounds", 5, *WEEK)
    assert (result.exit_code, result.stderr) == (0, "")
    shown = " ".join(result.stdout.replace("│", " ").split())
    assert "Name a" in shown
    assert "In all these rounds nobody is with the same person twice." in shown
    words = result.stdout.splitlines()[-1].split()
    assert words[:2] == ["peerloom", "rotate"]
    assert run(*words[1:]).stdout == result.stdout


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_the_formats_of_a_calendar_are_those_of_the_library(run, members, form):
    result = run("rotate", members, "--rounds", 3, "--format", form, "--week", "2026-01-05")
    rotation = rotate(read_members(members), rounds=3)
    assert result.stdout_bytes.decode() == getattr(rotation, f"to_{form}")()


def test_a_calendar_goes_on_where_it_ended(run, members, tmp_path):
    out = tmp_path / "first.csv"
    assert run("rotate", members, "--rounds", 3, "--format", "csv", "--out", out).exit_code == 0
    result = run("rotate", members, "--rounds", 2, "--history", out, "--format", "csv")
    rows = csv.DictReader(io.StringIO(result.stdout))
    assert {row["repeats"] for row in rows} == {"0"}


def test_who_takes_no_part_in_the_calendar(run, write):
    result = run("rotate", write("id,paused\na,no\nb,no\nc,yes\n"), "--rounds", 1)
    assert "c: Has paused and is not part of this round." in result.stdout


@pytest.mark.parametrize("rounds", ["0", "1001", "some"])
def test_a_number_of_rounds_that_cannot_be(run, members, rounds):
    result = run("rotate", members, "--rounds", rounds)
    assert (result.exit_code, result.stdout) == (2, "")
    assert run("rotate", members).exit_code == 2


def test_a_calendar_is_never_written_over_its_history(run, members, write):
    history = write("members\na;b\n", "history.csv")
    result = run("rotate", members, "--rounds", 1, "--history", history, "--out", history)
    assert result.exit_code == 2
    assert history.read_text() == "members\na;b\n"


# --- asks, locked groups and rules ----------------------------------------------------------------


def test_who_ask_each_other_and_who_stay_together(run, members, write):
    asks = write("asker;asked\na;f\nf;a\nb;e\n", "asks.csv")
    locked = write("members\nc;d\n", "locked.csv")
    options = ["--asks", asks, "--locked", locked, *WEEK]
    assert groups_of(run("pair", members, *options, "--format", "json")) == [
        ("a", "f"),
        ("b", "e"),
        ("c", "d"),
    ]
    shown = run("pair", members, *options)
    words = shown.stdout.splitlines()[-1].split()
    assert words[-4:] == ["--asks", str(asks), "--locked", str(locked)]
    assert run(*words[1:]).stdout == shown.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("who,whom\na,b\n", 'line 1: expected the columns "asker" and "asked", found "who, whom"'),
        ("asker,asked\na,b\nc,c\n", 'line 3: expected two different ids, found "c, c"'),
        ("asker,asked\na,\n", 'line 2: expected two different ids, found "a, "'),
        ("asker,asked\na\n", "line 2: expected 2 cells, as in the header, found 1"),
        ("", "line 1: expected a header and at least one line, found an empty file"),
    ],
)
def test_asks_that_cannot_be_read(run, members, write, content, said):
    result = run("pair", members, "--asks", write(content, "asks.csv"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"asks.csv: {said}")


def test_a_time_limit_still_gives_everybody_a_group(run, members):
    result = run("pair", members, "--time-limit", "0.001", "--format", "json")
    assert sorted(one for group in groups_of(result) for one in group) == list("abcdef")
    for limit in ("0", "-1", "soon"):
        assert run("pair", members, "--time-limit", limit).exit_code == 2


def test_a_calendar_with_a_time_limit_has_a_round_at_least(run, members):
    result = run("rotate", members, "--rounds", "3", "--time-limit", "0.001", "--format", "json")
    rounds = json.loads(result.output)["rounds"]
    assert 1 <= len(rounds) <= 3
    assert all(one["score"] <= one["upper_bound"] for one in rounds)
    assert "--time-limit 60.0" in run(
        "rotate", members, "--rounds", "2", "--time-limit", "60", "--format", "text"
    ).output.replace("\n", " ")
    assert run("rotate", members, "--rounds", "2", "--time-limit", "nan").exit_code == 2


def test_rules_give_way_only_on_request(run, write):
    members = write("id,section\na,x\nb,x\n")
    policy = write('preset = "meetup"\ndifferent = ["section"]\n', "policy.toml")
    strict = run("pair", members, "--policy", policy)
    assert (strict.exit_code, strict.stdout) == (1, "")
    assert "section" in strict.stderr
    relaxed = run("pair", members, "--policy", policy, "--relax", "--format", "json")
    assert groups_of(relaxed) == [("a", "b")]


# --- repair ---------------------------------------------------------------------------------------


@pytest.fixture
def pairing(run, members, tmp_path):
    out = tmp_path / "pairing.json"
    result = run("pair", members, *WEEK, "--format", "json", "--out", out)
    assert result.exit_code == 0
    return out


def test_few_groups_change_when_somebody_leaves(run, pairing, write):
    before = read_history(pairing).rounds[0]
    today = write(MEMBERS.replace("a,Name a,a things\n", ""), "today.csv")
    result = run("repair", pairing, today, "--most-groups", 2)
    assert (result.exit_code, result.stderr) == (0, "")
    shown = " ".join(result.stdout.replace("│", " ").split())
    assert "In no group any more: Name a." in shown
    after = run("repair", pairing, today, "--format", "json")
    kept = {one.members for one in before} & {frozenset(one) for one in groups_of(after)}
    assert len(kept) == 1
    assert sorted(one for group in groups_of(after) for one in group) == list("bcdef")
    words = result.stdout.splitlines()[-1].split()
    assert run(*words[1:]).stdout == result.stdout


def test_a_pairing_that_needs_no_repair_comes_back_as_it_was(run, pairing, members):
    after = run("repair", pairing, members, "--format", "json")
    assert json.loads(after.stdout)["groups"] == json.loads(pairing.read_text())["groups"]
    assert json.loads(after.stdout)["policy"] == json.loads(pairing.read_text())["policy"]


def test_too_few_groups_to_repair(run, pairing, write):
    today = write(MEMBERS.replace("a,Name a,a things\n", ""), "today.csv")
    result = run("repair", pairing, today, "--most-groups", 0)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "2" in result.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.pop("groups"), 'key "groups": expected the groups of a pairing'),
        (lambda data: data.update(size=9), 'key "size": expected a group size from 2 to 5'),
        (lambda data: data.update(week="soon"), 'key "week": expected a date'),
        (lambda data: data.update(seed=-1), 'key "seed": expected a whole number from 0 up'),
        (lambda data: data.update(policy=7), 'key "policy": expected'),
        (lambda data: data["groups"][0].pop("score"), 'key "groups": expected a whole number'),
        (lambda data: data["groups"][0].update(names=[]), "expected groups of 2 to 5 ids"),
        (lambda data: data["groups"].append(data["groups"][0]), "expected every id in one group"),
    ],
)
def test_pairings_that_cannot_be_read(run, pairing, members, write, change, said):
    data = json.loads(pairing.read_text())
    change(data)
    result = run("repair", write(json.dumps(data), "bad.json"), members)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.startswith("bad.json: ")


@pytest.mark.parametrize("content", ["id\na\n", "[" * 100_000, "", "7"])
def test_files_that_hold_no_pairing(run, members, write, content):
    result = run("repair", write(content, "bad.json"), members)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("bad.json: ")
    assert "Traceback" not in result.stderr
