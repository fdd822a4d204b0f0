"""Why groups are groups, and what if."""

from __future__ import annotations

import pytest

PEOPLE = "id,name,level,availability\n" + "".join(
    f"p{number},Person {number},3,Tue 18:00-20:00\n" for number in range(9)
)


@pytest.fixture
def paired(ok, tmp_path):
    (tmp_path / "members.csv").write_text(PEOPLE + "eve,Eve,3,\n")
    ok("init", "School")
    ok("import", "members.csv", "--at", "2026-11-23")
    ok("pair", "--week", "2026-11-23", "--at", "2026-11-23")
    return ok


def test_a_draft_and_then_the_groups_that_last(paired, data, peerloom):
    assert peerloom("explain").exit_code == 1
    draft = data("explain", "--draft")
    assert len(draft["groups"]) == 5
    paired("publish")
    assert peerloom("explain", "--draft").exit_code == 1
    current = data("explain")
    assert [one["members"] for one in current["groups"]] == [
        one["members"] for one in draft["groups"]
    ]
    shown = paired("explain").stdout
    assert "Certificate" in shown
    assert "You are at the same level." in shown


def test_what_was_proven_is_not_claimed_for_other_groups(paired, data):
    paired("publish")
    proven = data("explain")["certificate"]
    paired("leave", "eve")
    paired("repair")
    paired("publish")
    after = data("explain")
    assert after["certificate"] == proven
    assert after["notes"] == ["Groups were changed by a repair since, on 2026-11-23."]
    shown = paired("explain").stdout
    assert "Certificate of the drawing" in shown
    assert "Groups were changed by a repair since" in shown


def test_the_group_of_one_person_and_the_hours_that_would_help(paired, data):
    paired("publish")
    found = data("explain", "Eve")
    assert "eve" in found["group"]["members"]
    assert any("Tuesdays" in one["text"] for one in found["what_if"])
    shown = paired("explain", "eve", "--if", "availability=Tue 18:00-20:00").stdout
    said = " ".join(shown.replace("│", " ").split())
    assert "People with enough common time for a session: 0 now, 9 with these answers." in said


def test_somebody_in_no_group(paired):
    paired("publish")
    paired("join", "fay")
    assert "fay is in no group" in paired("explain", "fay").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--if", "level=3"], 2, "Say for whom"),
        (["eve", "--if", "level"], 2, "FIELD=ANSWER"),
        (["eve", "--if", "levle=3"], 2, "there is no field"),
        (["eve", "--if", "level=9"], 2, "expected a whole number"),
        (["eve", "--if", "blocked=p1"], 1, "does not ask about"),
        (["nobody", "--draft"], 1, "Nobody in this programme"),
    ],
)
def test_what_cannot_be_explained(paired, peerloom, arguments, code, said):
    paired("publish")
    paired("pair", "--week", "2026-12-07")
    result = peerloom("explain", *arguments)
    assert result.exit_code == code
    assert said in result.stderr
