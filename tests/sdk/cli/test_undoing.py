"""Back to the programme before the last change, and forth again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from peerloom.members import Member
from peerloom.policy import Policy
from peerloom.programmes.files import change_programme, erase_member, load_programme, undo_change
from peerloom.programmes.membership import join, leave, pause, update_profile

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_back_and_forth(school, tmp_path):
    path = tmp_path / "programme.json"
    before = load_programme(path)
    school("join", "eve")
    after = load_programme(path)
    assert "Taken back: eve joined.\n" in school("undo").stdout
    assert load_programme(path) == before
    assert "Taken back: eve went from the list.\n" in school("undo").stdout
    assert load_programme(path) == after


def test_a_new_programme_has_nothing_to_go_back_to(ok, peerloom, tmp_path):
    ok("init", "School")
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("undo")
    assert result.exit_code == 1
    assert "There is no change to take back." in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_a_damaged_backup_takes_the_place_of_nothing(school, peerloom, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    (tmp_path / "programme.json.backup").write_text('{"format": "peerloom.programme", ')
    result = peerloom("undo")
    assert result.exit_code == 1
    assert "programme.json.backup is damaged" in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_nobody_who_was_erased_comes_back(school, peerloom, tmp_path):
    path = tmp_path / "programme.json"
    erase_member(path, "ada", now=datetime(2026, 11, 24, tzinfo=UTC))
    assert peerloom("undo").exit_code == 1
    assert "Lovelace" not in "".join(
        one.read_text() for one in tmp_path.iterdir() if one.name != "members.csv"
    )


def change(path, **fields):
    change_programme(path, lambda programme: replace(programme, **fields))


def taken_back(said):
    return [line for line in said.stdout.splitlines() if line.startswith("Taken back: ")]


def test_what_was_taken_back_is_said(school, tmp_path):
    path = tmp_path / "programme.json"
    programme = load_programme(path)
    people = [Member(id=f"new-{number}") for number in range(8)]
    change_programme(path, lambda one: join(one, people, now=NOW)[0])
    assert taken_back(school("undo")) == [
        "Taken back: new-0, new-1, new-2, new-3, new-4, new-5 and 2 others joined."
    ]
    one, other = (member.id for member in list(programme.members)[:2])
    change_programme(path, lambda p: leave(pause(p, one, now=NOW), other, now=NOW))
    assert sorted(taken_back(school("undo"))) == sorted(
        [f"Taken back: {one} paused.", f"Taken back: {other} left."]
    )
    assert sorted(taken_back(school("undo"))) == [f"Taken back: {one} and {other} came back."]
    change(path, name="Night school", language="de", policy=Policy.preset("bootcamp"))
    assert taken_back(school("undo")) == [
        "Taken back: the name of the programme changed.",
        "Taken back: the language of the programme changed.",
        "Taken back: the policy changed.",
    ]


def test_rounds_and_drafts_are_said(school, tmp_path):
    path = tmp_path / "programme.json"
    count = len(load_programme(path).current_groups)
    school("pair", "--seed", "1")
    assert taken_back(school("undo")) == ["Taken back: groups were drafted."]
    school("pair", "--seed", "1")
    school("publish")
    said = taken_back(school("undo"))
    assert "Taken back: the draft went." in said
    assert any("was published." in line for line in said)
    assert any(line.endswith("began.") for line in said)
    assert len(load_programme(path).current_groups) == count


def test_what_was_told_in_private_is_not_said(school, tmp_path):
    path = tmp_path / "programme.json"
    profile = next(iter(load_programme(path).members)).profile
    told = replace(profile, blocked=("somebody",), protected={"gender": "x"})
    change_programme(path, lambda programme: update_profile(programme, told))
    assert taken_back(school("undo")) == ["Taken back: something that only members may read."]


def test_numbers_of_what_was_taken_back_are_not_given_again(school, tmp_path):
    path = tmp_path / "programme.json"
    change_programme(path, lambda programme: programme.numbered("sessions", 3)[0])
    undo_change(path)
    assert load_programme(path).numbered("sessions")[1] == ("session-4",)


def test_what_is_left_of_another_programme_is_not_brought_back(school, ok, peerloom, tmp_path):
    path = tmp_path / "programme.json"
    school("join", "eve")
    path.unlink()
    ok("init", "Another school")
    before = path.read_bytes()
    result = peerloom("undo")
    assert result.exit_code == 1
    assert "programme.json.backup is of another programme" in result.stderr
    assert path.read_bytes() == before
