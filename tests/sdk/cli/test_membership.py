"""People join, pause, come back and leave."""

from __future__ import annotations

from peerloom.programmes.files import load_programme


def test_one_person_joins_with_what_they_told(school, tmp_path, peerloom):
    told = ("--name", "Eve", "--level", 3, "--teach", "SQL; Git", "--blocked", "bo")
    said = school("join", "eve", *told)
    assert "Eve (eve) is in the programme." in said.stdout
    assert "bo" not in said.stdout.split()
    eve = load_programme(tmp_path / "programme.json").members["eve"].profile
    assert (eve.level, eve.teach, eve.blocked) == (3, ("SQL", "Git"), ("bo",))
    assert eve.timezone == "Europe/Berlin"
    again = peerloom("join", "eve")
    assert again.exit_code == 1
    assert "has this id already" in again.stderr
    wrong = peerloom("join", "fay", "--level", "high")
    assert wrong.exit_code == 2
    assert "expected a whole number from 1 to 5" in wrong.stderr


def test_pausing_coming_back_and_leaving(school, data):
    def states():
        return {one["id"]: one["state"] for one in data("members")["members"]}

    assert "Ada Lovelace (ada) sits out from now on." in school("pause", "Ada").stdout
    assert states()["ada"] == "paused"
    assert "Nothing changes" in school("pause", "ada").stdout
    school("come-back", "ada")
    assert states()["ada"] == "active"
    school("leave", "ada")
    assert states()["ada"] == "left"
    assert [one["id"] for one in data("members", "--state", "left")["members"]] == ["ada"]
    school("undo")
    assert states()["ada"] == "active"


def test_who_has_left_cannot_pause_or_leave(school, peerloom):
    school("leave", "ada")
    for name in ("pause", "leave"):
        result = peerloom(name, "ada")
        assert result.exit_code == 1
        assert "let them come back first" in result.stderr


def test_the_list_of_members_is_never_markup(school):
    shown = school("members").stdout
    assert "[red]Di[/]" in shown
    assert "People: 4." in shown
    assert school("members", "--state", "left").stdout == "Nobody.\n"


def test_the_beginning_of_a_name_is_enough(school, data):
    assert data("pause", "love")["member"]["id"] == "ada"
    error = data("pause", "nobody at all")["error"]
    assert error["code"] == "member_unknown"
