"""Pairing, rotating, repairing and publishing a programme."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from peerloom import pair, read_members
from peerloom.cli import drafting, waiting
from peerloom.mentoring.sessions import Session, SessionState
from peerloom.programmes.files import change_programme, load_programme
from peerloom.programmes.membership import pause
from peerloom.progress import Progress, Stage

WEEK = ("--week", "2026-11-23")


def groups(answer):
    return [group["members"] for group in answer["groups"]]


def test_the_groups_are_those_of_the_library_and_of_a_members_file(school, peerloom, tmp_path):
    drawn = json.loads(school("pair", "--seed", 3, *WEEK, "--json").stdout)
    library = pair(read_members(tmp_path / "members.csv"), seed=3, week=date(2026, 11, 23))
    assert drawn == json.loads(library.to_json())
    assert peerloom("pair", "members.csv", "--seed", 3, *WEEK, "--json").stdout == library.to_json()
    draft = load_programme(tmp_path / "programme.json").draft
    assert draft.groups == tuple(group.members for group in library.groups)


def test_the_week_is_that_of_the_moment(school):
    drawn = json.loads(school("pair", "--at", "2027-01-07T10:00", "--json").stdout)
    assert drawn["week"] == "2027-01-04"


def test_a_draft_is_told_to_nobody_until_it_is_published(school, data):
    said = school("pair", *WEEK).stdout
    assert "This is a draft: nobody was told yet." in said
    assert "To publish it: peerloom publish" in said
    assert "peerloom pair --seed 0 --week 2026-11-23" in said
    assert {one["group"] for one in data("members")["members"]} == {None}
    published = school("publish", "--at", "2026-11-23T10:00").stdout
    assert "Round 1 is published. New groups: 2. Ended: 0. Going on: 0." in published
    assert {one["group"] for one in data("members")["members"]} == {"group-1", "group-2"}
    school("undo")
    assert {one["group"] for one in data("members")["members"]} == {None}


def test_publishing_needs_a_draft(school, peerloom):
    for arguments in (["publish"], ["publish", "--discard"]):
        result = peerloom(*arguments)
        assert result.exit_code == 1
        assert "There is no draft" in result.stderr
    school("pair", *WEEK)
    assert "The draft is gone." in school("publish", "--discard").stdout
    assert peerloom("publish").exit_code == 1


def test_who_met_does_not_meet_again_and_who_did_not_may(school, data, tmp_path):
    path = tmp_path / "programme.json"
    drawn = []
    for month in (1, 2, 3):
        at = f"2027-0{month}-04T10:00"
        drawn.append({tuple(members) for members in groups(data("pair", "--at", at))})
        school("publish", "--at", at)
        if month == 2:
            change_programme(path, lambda programme: met(programme, day=5))
    # Nobody had met in the first round, so the same groups are the best ones again.
    assert drawn[0] == drawn[1]
    assert not drawn[1] & drawn[2]


def met(programme, *, day):
    """Let every group that lasts hold a session."""
    start = datetime(2027, 2, day, 18, tzinfo=UTC)
    held = [
        Session(
            id=f"session-{number}",
            group=group.id,
            members=group.members,
            starts_at=start,
            minutes=60,
            proposed_by=group.members[0],
            proposed_at=start,
            changed_at=start,
            state=SessionState.HELD,
        )
        for number, group in enumerate(programme.current_groups, start=1)
    ]
    return programme.put("sessions", *held)


def test_a_locked_group_and_another_policy(school, tmp_path, data):
    (tmp_path / "locked.csv").write_text("members\nada;di\n")
    drawn = data("pair", *WEEK, "--locked", "locked.csv", "--policy", "career")
    assert ["ada", "di"] in groups(drawn)
    assert drawn["policy"]["name"] == "career"


def test_few_groups_change_when_somebody_leaves_and_somebody_comes(school, data):
    school("pair", *WEEK)
    school("publish", "--at", "2026-11-23T10:00")
    partner = next(one for one in data("members")["members"] if one["id"] == "ada")["with"]
    school("leave", "ada", "--at", "2026-11-24T10:00")
    school("join", "eve", "--level", 3, "--at", "2026-11-24T10:00")
    shown = school("repair", "--at", "2026-11-24T11:00").stdout
    assert "What changes" in shown
    assert "To publish it: peerloom publish" in shown
    repaired = data("repair", "--most-groups", 1, "--at", "2026-11-24T11:00")
    assert sorted([*partner, "eve"]) in groups(repaired)
    assert repaired["repair"]["left"] == ["ada"]
    published = data("publish", "--at", "2026-11-24T12:00")
    assert (len(published["started"]), len(published["going_on"])) == (1, 1)


def test_a_repair_needs_a_round(school, peerloom):
    result = peerloom("repair", "--json")
    assert result.exit_code == 1
    assert "There are no groups yet" in json.loads(result.stdout)["error"]["sentence"]


def test_rounds_are_planned_and_the_first_may_be_kept(school, data, tmp_path):
    planned = data("rotate", "--rounds", 3, *WEEK)
    assert len({tuple(one) for plan in planned["rounds"] for one in groups(plan)}) == 6
    assert load_programme(tmp_path / "programme.json").draft is None
    shown = school("rotate", "--rounds", 3, *WEEK, "--keep-first").stdout
    assert "This is a draft" in shown
    draft = load_programme(tmp_path / "programme.json").draft
    assert [list(one) for one in draft.groups] == groups(planned["rounds"][0])


def test_a_draft_is_not_kept_when_people_changed_meanwhile(school, peerloom, tmp_path, monkeypatch):
    path = tmp_path / "programme.json"
    draw = drafting.draw_round

    def slow(programme, **options):
        now = datetime(2026, 11, 24, tzinfo=UTC)
        change_programme(path, lambda current: pause(current, "bo", now=now))
        return draw(programme, **options)

    monkeypatch.setattr(drafting, "draw_round", slow)
    result = peerloom("pair", *WEEK)
    assert result.exit_code == 1
    assert "The members of the programme were changed" in result.stderr
    programme = load_programme(path)
    assert programme.draft is None
    assert not programme.members["bo"].takes_part


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pair", "members.csv", "-p", "x.json"], "--programme goes with a programme"),
        (["pair", "members.csv", "--at", "2026-11-23"], "--at goes with a programme"),
        (["pair", "--history", "members.csv"], "--history goes with a members file"),
        (["pair", "--asks", "members.csv"], "--asks goes with a members file"),
        (["pair", "--out", "programme.json"], "is a file to read from"),
        (["rotate", "members.csv", "--rounds", "2", "--keep-first"], "--keep-first goes with"),
        (["repair", "members.csv"], "Missing argument 'FILE'"),
        (["pair", "--at", "soon"], "is no moment"),
        (["pair", "--at", "1066-10-14"], "is outside the years"),
        (["pair", "--at", "0001-01-01T00:00"], "is outside the years"),
    ],
)
def test_options_that_do_not_go_together(school, peerloom, arguments, said):
    result = peerloom(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_everybody_has_paused(school, data, peerloom):
    for name in ("ada", "bo", "cy", "di"):
        school("pause", name)
    drawn = data("pair", *WEEK)
    assert drawn["groups"] == []
    assert len(drawn["not_paired"]) == 4
    published = data("publish")
    assert published["started"] == []


def test_rules_that_cannot_hold_come_with_the_exceptions(school, peerloom, data, tmp_path):
    (tmp_path / "own.toml").write_text(
        'must = [["ada", "bo"], ["ada", "cy"]]\n[weights]\ntopics = 3\n'
    )
    result = peerloom("pair", "--policy", "own.toml", *WEEK)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "To accept these exceptions: --relax"
    error = data("pair", "--policy", "own.toml", *WEEK)["error"]
    (one,) = error["relaxations"]
    assert one["rule"] == "must"
    assert school("pair", "--policy", "own.toml", "--relax", *WEEK).exit_code == 0


def test_a_repair_of_too_few_groups_says_how_many_it_takes(met, peerloom, data):
    met("join", "eve")
    result = peerloom("repair", "--most-groups", 0)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "To allow as many: --most-groups 1"
    assert data("repair", "--most-groups", 0)["error"]["smallest"] == 1


def test_a_season_begins_with_those_who_asked_each_other(school, data):
    planned = data("rotate", "--rounds", 3, *WEEK)["rounds"]
    assert planned[0]["groups"][0]["members"] == ["ada", "bo"]
    school("ask", "di", "--as", "ada")
    school("ask", "ada", "--as", "di")
    planned = data("rotate", "--rounds", 3, "--keep-first", *WEEK)["rounds"]
    together = [[set(group["members"]) for group in one["groups"]] for one in planned]
    assert {"ada", "di"} in together[0]
    assert {"ada", "di"} in [set(group) for group in groups(data("pair", *WEEK))]
    # Everybody meets everybody once in the three rounds.
    pairs = {frozenset(group) for one in together for group in one}
    assert len(pairs) == 6
    (only,) = data("rotate", "--rounds", 1, *WEEK)["rounds"]
    assert {"ada", "di"} in [set(group["members"]) for group in only["groups"]]


def test_progress_is_told_where_somebody_looks(monkeypatch):
    with waiting.progress_shown("Pairing") as nobody:
        assert nobody is None
    page = io.StringIO()
    monkeypatch.setattr(waiting, "Console", lambda **_: Console(file=page, force_terminal=True))
    with waiting.progress_shown("Pairing") as tell:
        tell(Progress(stage=Stage.GROUPING, score=None, upper_bound=1000))
        tell(Progress(stage=Stage.GROUPING, score=990, upper_bound=1000))
    assert "Pairing: at most 1.0 % from the best" in page.getvalue()
