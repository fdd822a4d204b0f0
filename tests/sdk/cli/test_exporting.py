"""Exports on the command line: what other tools may have, and nothing private."""

from __future__ import annotations

import csv
import io
import json

import pytest

from peerloom import read_members
from peerloom.programmes.documents import of_plain
from peerloom.programmes.files import load_programme


def test_members_come_back_as_they_are(met, tmp_path):
    met("export", "members", "--out", "out.csv")
    known = {one.id: one.profile for one in load_programme(tmp_path / "programme.json").members}
    assert {one.id: one for one in read_members(tmp_path / "out.csv")} == known
    told = met("import", "out.csv").stdout
    assert "Everything in the file is known already." in told


def test_who_left_is_in_the_list_only_where_asked_for(met, data):
    met("leave", "ada")
    met("pause", "bo")
    assert [one["id"] for one in data("export", "members")["members"]] == ["bo", "cy", "di"]
    everybody = data("export", "members", "--left")["members"]
    assert [one["state"] for one in everybody] == ["left", "paused", "active", "active"]
    lines = csv.DictReader(io.StringIO(met("export", "members").stdout))
    assert [one["paused"] for one in lines] == ["yes", "no", "no"]


def test_groups_for_a_mail_merge(met):
    lines = list(csv.DictReader(io.StringIO(met("export", "groups").stdout)))
    assert [one["id"] for one in lines] == ["ada", "bo", "cy", "di"]
    assert lines[0]["partners"] == "Bo Ek"
    assert "teach" in lines[0]["why"] or "learn" in lines[0]["why"]
    assert lines[0]["first_times"].count(";") == 2


def test_groups_as_markdown_show_names_as_they_are(met):
    page = met("export", "groups", "--format", "markdown").stdout
    assert page.startswith("# Evening school\n")
    assert r"\[red\]Di\[/\]" in page
    assert "@" not in page


def test_a_message_for_each_group(school):
    school("join", "eve", "--name", 'Eve "X" <b>', "--email", "eve@example.org")
    school("pair", "--at", "2026-11-23T09:00")
    school("publish", "--at", "2026-11-23T09:00")
    letters = school("export", "groups", "--format", "mail").stdout
    assert letters.count("Subject: Evening school: your group") == 2
    assert r'"Eve \"X\" <b>" <eve@example.org>' in letters
    assert "No address is known of:" in letters
    assert "Why you are together:" in letters


def test_groups_of_an_earlier_round(met, data, peerloom):
    met("pair", "--at", "2026-12-07T09:00")
    met("publish", "--at", "2026-12-07T09:00")
    now = data("export", "groups", "--at", "2026-12-07T09:00")["groups"]
    before = data("export", "groups", "--round", 1)["groups"]
    assert {one["round"] for one in now} == {2}
    assert [one["members"] for one in before] == [["ada", "bo"], ["cy", "di"]]
    assert all(one["times"] == [] for one in before)
    assert peerloom("export", "groups", "--round", 3).exit_code == 1


def test_the_programme_without_its_private_section(met, data, tmp_path):
    met("goals", "set", "xyzzy", "--as", "ada")
    told = data("export", "programme", "--out", "public.json")
    assert told["path"] == "public.json"
    text = (tmp_path / "public.json").read_text()
    assert "xyzzy" not in text
    public = json.loads(text)
    assert "private" not in public
    # Another seed makes it a programme again.
    again = of_plain({**public, "private": {"seed": 1}})
    assert len(again.members) == 4
    assert data("export", "programme") == public


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("everything",), 2),
        (("members", "--out", "programme.json"), 2),
        (("groups", "--format", "pdf"), 2),
        (("groups", "--out", "no/such/folder"), 1),
    ],
)
def test_an_export_that_cannot_be(met, peerloom, tmp_path, arguments, code):
    before = (tmp_path / "programme.json").read_bytes()
    assert peerloom("export", *arguments).exit_code == code
    assert (tmp_path / "programme.json").read_bytes() == before


def test_before_there_are_groups_a_table_has_only_its_head(school, data):
    assert data("export", "groups") == {"groups": []}
    assert school("export", "groups").stdout.count("\n") == 1
    assert school("export", "groups", "--format", "mail").stdout == ""
