"""What goes out: CSV for spreadsheets, Markdown for pages, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from rich.console import Console

from peerloom import Availability, History, Member, Policy, pair, read_members
from peerloom.formats.tables import plain_cell, safe_cell
from peerloom.formats.terminal import show
from peerloom.schemas import PolicySchema

WEEK = date(2026, 11, 16)
FORMULA = '=HYPERLINK("http://evil.example";"click")'


@pytest.fixture
def pairing(example):
    return pair(read_members(example), week=WEEK, seed=3)


@pytest.fixture
def odd():
    """People whose answers are written against us."""
    monday = Availability.parse("Mon 18:00-20:00")
    return pair(
        [
            Member(id="=1+1", name=FORMULA, email="+a@example.org", teach=("|x|",)),
            Member(id="b", name="**Bo** <script>[a](b)|", learn=("|X|",), availability=monday),
            Member(id="c", name="Line\nbreak", email="c@example.org", is_paused=True),
        ],
        week=WEEK,
    )


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("form", ["to_csv", "to_markdown", "to_json"])
def test_the_same_again_is_the_same_to_the_byte(example, pairing, form):
    again = pair(read_members(example), week=WEEK, seed=3)
    assert getattr(again, form)() == getattr(pairing, form)()
    assert getattr(again, form)().endswith("\n")


def test_csv_has_one_line_for_each_person(pairing):
    found = rows(pairing.to_csv())
    assert sorted(row["id"] for row in found) == [member.id for member in pairing.members]
    assert {(row["seed"], row["week"], row["policy"]) for row in found} == {
        ("3", "2026-11-16", "meetup")
    }
    by_id = {row["id"]: row for row in found}
    for group in pairing.groups:
        for member, name in zip(group.members, group.names, strict=True):
            row = by_id[member]
            partners = [other for other in group.names if other != name]
            assert row["partners"] == "; ".join(partners)
            assert row["why"] == " ".join(str(reason) for reason in pairing.explain(group))
            assert int(row["score"]) == group.score
    (paused,) = [row for row in found if not row["group"]]
    assert paused["why"] == "Has paused and is not part of this round."


def test_csv_is_safe_in_a_spreadsheet(odd):
    text = odd.to_csv()
    for row in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert rows(text)[0]["name"] == f"'{FORMULA}"


@pytest.mark.parametrize(
    "text", ["", "Ada", "=1", "+1", "-1", "@a", "\tx", "\rx", "'=1", "''=1", "'a", "＝1", "a=1"]
)
def test_a_safe_cell_can_be_undone(text):
    assert plain_cell(safe_cell(text)) == text
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_markdown_shows_names_as_they_are(odd):
    page = odd.to_markdown()
    assert r"\*\*Bo\*\* \<script\>\[a\]\(b\)\|" in page
    assert "Line break" in page
    table = [line for line in page.splitlines() if line.startswith("|")]
    # Every line of the table has as many cells: a name cannot open another one.
    assert {line.replace("\\|", "").count("|") for line in table} == {6}


def test_markdown_says_everything(pairing):
    page = pairing.to_markdown().replace("\\", "")
    for group in pairing.groups:
        assert "<br>".join(group.names) in page
    for sentence in pairing.certificate().sentences():
        assert f"- {sentence}" in page
    assert "Nadia Benali: Has paused" in page
    assert "policy meetup, seed 3, week of 2026-11-16" in page


@pytest.mark.parametrize("form", ["to_markdown", "to_json"])
def test_addresses_stay_at_home(pairing, form):
    assert "example.org" not in getattr(pairing, form)()


def test_json(pairing):
    document = json.loads(pairing.to_json())
    assert (document["format"], document["version"]) == ("peerloom.pairing", 1)
    assert PolicySchema().load(document["policy"]) == pairing.policy
    assert (document["seed"], document["week"], document["size"]) == (3, "2026-11-16", 2)
    assert document["score"] == pairing.score == sum(one["score"] for one in document["groups"])
    assert document["upper_bound"] == pairing.upper_bound
    assert document["gap"] == pairing.gap
    for plain, group in zip(document["groups"], pairing.groups, strict=True):
        assert plain["members"] == list(group.members)
        assert plain["names"] == list(group.names)
        assert plain["common_minutes"] == group.common_minutes
        assert sum(reason["points"] for reason in plain["reasons"]) == group.score
        assert all(
            set(reason) == {"code", "text", "template", "values", "points"}
            for reason in plain["reasons"]
        )
    (paused,) = document["not_paired"]
    assert (paused["member"], paused["reason"]["code"]) == ("m30", "paused")
    assert document["certificate"] == json.loads(json.dumps(pairing.certificate().to_dict()))


def test_nobody_at_all():
    nobody = pair([], history=History())
    assert rows(nobody.to_csv()) == []
    assert json.loads(nobody.to_json())["groups"] == []
    assert "Nobody is in a group." in nobody.to_markdown()


@pytest.fixture
def strict():
    """A locked group that takes somebody in, against a rule; one is kept apart from all."""
    policy = Policy(name="strict", weights={"level": 1}, least_common_minutes=60)
    members = [Member(id=one, name=one.upper(), blocked=("d",)) for one in "abcd"]
    return pair(members, policy=policy, locked=[["a", "b"]], relax=True)


@pytest.fixture
def freed():
    """The same without the block."""
    policy = Policy(name="strict", weights={"level": 1}, least_common_minutes=60)
    members = [Member(id=one, name=one.upper()) for one in "abcd"]
    return pair(members, policy=policy, locked=[["a", "b"]], relax=True)


def test_exceptions_and_locked_groups_are_shown(freed):
    sentence = "Common free time of C and D each week: 0 h, less than 1 h."
    assert [str(one.reason) for one in freed.relaxed] == [sentence]
    by_id = {row["id"]: (row["locked"], row["exceptions"]) for row in rows(freed.to_csv())}
    assert by_id == {
        "a": ("yes", ""),
        "b": ("yes", ""),
        "c": ("", sentence),
        "d": ("", sentence),
    }
    page = freed.to_markdown()
    assert "A<br>B<br>(locked)" in page
    assert f"- {sentence}" in page
    document = json.loads(freed.to_json())
    assert [group["is_locked"] for group in document["groups"]] == [True, False]
    assert [one["rule"] for one in document["relaxed"]] == ["least_common_minutes"]
    assert document["relaxed"][0]["members"] == ["c", "d"]
    text = io.StringIO()
    show(freed, Console(file=text, width=100), ["peerloom"])
    assert "locked" in text.getvalue()
    assert sentence in text.getvalue()


def test_nothing_that_goes_out_speaks_of_a_block(strict):
    assert {one: reason.code for one, reason in strict.not_paired.items()} == {"d": "no_partner"}
    assert {one.rule for one in strict.relaxed} == {"locked", "least_common_minutes"}
    written = strict.to_json() + strict.to_csv() + strict.to_markdown() + repr(strict)
    assert "block" not in written
