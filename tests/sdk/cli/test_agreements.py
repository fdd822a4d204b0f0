"""Agreements on the command line: written, signed by all, revised, and read by the group alone."""

from __future__ import annotations

import json

import pytest

from peerloom.mentoring.nudge_plan import NudgePlan
from peerloom.mentoring.topics import STARTERS, Family
from peerloom.policy import Rhythm
from peerloom.programmes.files import load_programme
from peerloom.programmes.nudging import nudge_plan

SECRET = "A first talk"


@pytest.fixture
def agreed(met):
    """What Ada wrote for herself and Bo; Bo has still to sign."""
    met(
        *("agreement", "write", "--as", "ada", "--want", SECRET, "--rhythm", "weekly"),
        *("--minutes", 50, "--topic", "career", "[b]My[/b] story", "--rule", "on_time"),
        *("--rule", "Cameras on"),
    )
    return met


def test_an_agreement_holds_when_all_have_signed(agreed, data):
    (one,) = [data("agreement", "--as", "bo")["agreement"]]
    assert (one["version"], one["unsigned"], one["holds"]) == (1, ["bo"], None)
    assert one["rhythm"] == "weekly"
    assert one["topics"] == [{"text": "[b]My[/b] story", "family": "career"}]
    assert one["ground_rules"][0].startswith("We come on time")
    assert one["ground_rules"][1] == "Cameras on"
    shown = agreed("agreement", "sign", "--as", "bo").stdout
    assert "All have signed: this holds." in shown
    assert "Topic: [b]My[/b] story (Career)" in shown  # words are never markup
    assert "Ada Lovelace (ada) wants: A first talk" in shown
    assert data("agreement", "--as", "ada")["agreement"]["holds"] == 1
    # The sessions of the group last as long as it agreed.
    agreed("session", "propose", "2026-11-26T18:00", "--as", "ada")
    (session,) = data("session", "--as", "ada")["sessions"]
    assert session["minutes"] == 50


def test_a_revision_keeps_what_it_does_not_name_and_waits_for_all(agreed, data):
    agreed("agreement", "sign", "--as", "bo")
    shown = agreed("agreement", "write", "--as", "bo", "--rhythm", "monthly", "--why", "Exams")
    assert "Still to sign: Ada Lovelace (ada). Version 1 holds until then." in shown.stdout
    one = data("agreement", "--as", "ada")["agreement"]
    assert (one["version"], one["rhythm"], one["session_minutes"]) == (2, "monthly", 50)
    assert (one["unsigned"], one["holds"]) == (["ada"], 1)
    assert [past["why"] for past in one["history"]] == ["Exams"]
    stale = data("agreement", "sign", "--version", 1, "--as", "ada")
    assert stale["error"]["code"] == "agreement_changed"
    again = data("agreement", "write", "--as", "bo", "--rhythm", "monthly")
    assert again["sentences"] == ["It says so already."]
    assert "undo" not in again


def test_ones_own_wish_goes_when_it_is_empty(agreed, data):
    agreed("agreement", "write", "--as", "bo", "--want", "Rust")
    wants = data("agreement", "--as", "bo")["agreement"]["wants"]
    assert [one["member"] for one in wants] == ["ada", "bo"]
    agreed("agreement", "write", "--as", "ada", "--want", "")
    wants = data("agreement", "--as", "bo")["agreement"]["wants"]
    assert [one["member"] for one in wants] == ["bo"]


def test_staff_see_that_there_is_one_and_no_word_of_it(agreed, data):
    assert [one["state"] for one in data("agreement")["agreements"]] == [
        "waits for signatures",
        "none",
    ]
    assert SECRET not in agreed("agreement").stdout
    agreed("agreement", "sign", "--as", "bo")
    assert "signed by all" in agreed("agreement").stdout


def test_others_learn_nothing_of_it(agreed, peerloom):
    group = "group-1"
    hidden = peerloom("agreement", "--group", group, "--as", "cy")
    missing = peerloom("agreement", "--group", "group-9", "--as", "cy")
    assert hidden.exit_code == missing.exit_code == 1
    assert hidden.stderr == missing.stderr
    for words in (("sign",), ("write", "--want", "x")):
        assert peerloom("agreement", *words, "--group", group, "--as", "cy").exit_code == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("sign", "--as", "cy"), 1, "has no agreement yet"),
        (("write", "--as", "ada"), 2, "Say what is agreed"),
        (("write", "--want", "x"), 1, "say which one with --as MEMBER"),
        (("write", "--as", "ada", "--minutes", "2000"), 1, "1440"),
        (("write", "--as", "ada", "--topic", "love", "x"), 2, "is not one of"),
    ],
)
def test_what_cannot_be(agreed, peerloom, words, code, said):
    result = peerloom("agreement", *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert json.loads(peerloom("agreement", *words, "--json").stdout)["error"]["sentence"]


def test_before_there_is_anything(met, data):
    assert "no agreement yet" in met("agreement", "--as", "cy").stdout
    assert data("agreement", "--as", "cy") == {"agreement": None}


def test_who_has_left_need_not_sign(ok, data, tmp_path):
    """The rest of a trio settles its agreement, and is reminded in its own rhythm."""
    rows = (f"m{one},,3,SQL,Git,Europe/Berlin,Mon-Fri 18:00-20:00" for one in range(3))
    head = "id,name,level,teach,learn,timezone,availability"
    (tmp_path / "three.csv").write_text("\n".join((head, *rows)))
    ok("init", "Three", "--timezone", "Europe/Berlin", "--policy", "meetup")
    ok("import", "three.csv")
    ok("pair")
    ok("publish")
    ok("agreement", "write", "--as", "m0", "--rhythm", "monthly")
    ok("agreement", "sign", "--as", "m1")
    assert data("agreement", "--as", "m1")["agreement"]["unsigned"] == ["m2"]
    ok("leave", "m2")
    said = data("agreement", "--as", "m1")["agreement"]
    assert (said["unsigned"], said["holds"], said["members"]) == ([], 1, ["m0", "m1"])
    (state,) = data("agreement")["agreements"]
    assert state["state"] == "signed by all"
    programme = load_programme("programme.json")
    (group,) = programme.current_groups
    assert nudge_plan(programme, group) == NudgePlan.for_rhythm(Rhythm.MONTHLY)


def test_topics_to_begin_with_are_named(ok):
    said = " ".join(ok("agreement", "write", "--help").stdout.split())
    assert all(words in said for family in Family for words in STARTERS[family])
