"""A calendar as files: for people, for spreadsheets, and as a history."""

from __future__ import annotations

import csv
import io
import json

import pytest

from peerloom import Member, read_history, rotate

ODD = ["=SUM(A1)", "'=x", "a;b", "-1", "ü", "two words", "+"]


@pytest.fixture
def rotation():
    members = [
        Member(id=one, name=f"*{one}*", email=f"{index}@x.org") for index, one in enumerate(ODD)
    ]
    return rotate([*members, Member(id="p", is_paused=True)], rounds=3)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_calendar_is_a_history(write, rotation, kind):
    read = read_history(write(getattr(rotation, f"to_{kind}")(), f"calendar.{kind}"))
    planned = rotation.history()
    assert [set(groups) for groups in read.rounds] == [set(groups) for groups in planned.rounds]


def test_the_csv_has_a_line_for_each_person_in_each_round(rotation):
    rows = list(csv.DictReader(io.StringIO(rotation.to_csv())))
    assert len(rows) == 3 * 8
    assert [row["round"] for row in rows] == ["1"] * 8 + ["2"] * 8 + ["3"] * 8
    assert sum(row["group"] == "" for row in rows) == 3
    first = rows[0]
    assert first["id"].startswith("'")  # no formula
    assert first["email"]
    partner = rows[1]
    assert partner["name"].lstrip("'") in first["partners"]


def test_the_json_says_all_that_is_proven(rotation):
    document = json.loads(rotation.to_json())
    assert document["format"] == "peerloom.rotation"
    assert document["score"] == sum(one["score"] for one in document["rounds"])
    assert document["upper_bound"] == sum(one["upper_bound"] for one in document["rounds"])
    assert document["trio_seats"] == dict(rotation.seats)
    assert [one["member"] for one in document["not_paired"]] == ["p"]
    assert document["certificate"]["rounds"] == 3
    assert "@x.org" not in rotation.to_json() + rotation.to_markdown()


def test_the_markdown_is_a_table_of_who_is_with_whom(rotation):
    lines = rotation.to_markdown().splitlines()
    assert lines[2] == "| person | round 1 | round 2 | round 3 |"
    table = [line for line in lines if line.startswith("| ") and "person" not in line]
    assert len(table) == 1 + len(ODD)
    assert all(line.count("|") - line.count("\\|") == 5 for line in table)
    assert r"\*\=SUM\(A1\)\*" in rotation.to_markdown().replace("=", r"\=")
    assert "## In no group" in lines
    assert "## Certificate" in lines
