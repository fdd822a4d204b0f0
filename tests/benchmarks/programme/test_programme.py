"""A programme of 1,000 members and 20,000 sessions: its file, its queries, one change of it.

What is aimed at: each query of one member or group under 1 ms, nudges for everybody under 0.5 s,
loading and saving under 1 s each. Figures are printed, never asserted.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.goal_changes import meet
from peerloom.programmes.files import change_programme, create_programme, load_programme
from peerloom.programmes.goals import change_goal
from peerloom.programmes.nudging import nudge_for, nudges
from peerloom.programmes.views import (
    agenda_of,
    health_for_staff,
    health_of,
    ledger_of,
    next_times_of,
    suggestion_for,
)

SIZES = [20, pytest.param(1000, marks=pytest.mark.measured)]


def renamed(programme):
    return replace(programme, language="de" if programme.language != "de" else "en")


@pytest.mark.parametrize("size", SIZES)
def test_the_file(size, races, contestant, large_programme, tmp_path):
    programme = large_programme(size)
    path, copy = tmp_path / "school.json", tmp_path / "copy.json"
    create_programme(path, programme)
    copy.write_bytes(path.read_bytes())

    def is_whole(loaded):
        assert len(loaded.sessions) == 20 * size

    def write_anew():
        other = tmp_path / "other.json"
        other.unlink(missing_ok=True)
        create_programme(other, programme)
        return programme

    races.run(
        f"the file of {size} members and {20 * size} sessions, {path.stat().st_size / 1e6:.1f} MB",
        [
            contestant("load", lambda: lambda: load_programme(path), is_whole, is_ours=True),
            contestant(
                "load, and check everything",
                lambda: lambda: load_programme(copy),
                is_whole,
                remark="a file from elsewhere, or changed by hand",
            ),
            contestant(
                "load, change and save",
                lambda: lambda: change_programme(path, renamed),
                is_whole,
            ),
            contestant("save what is in memory", lambda: write_anew, is_whole),
        ],
    )
    assert load_programme(copy) == replace(load_programme(path), language="") == programme


@pytest.mark.parametrize("size", SIZES)
def test_queries(size, races, contestant, large_programme, present):
    programme = large_programme(size)
    group = programme.current_groups[size // 4]
    member = group.members[0]
    viewer = Viewer(member=member)
    queries = {
        "all of a group": lambda: programme.of_group(group.id),
        "all of a member": lambda: programme.of_member(member),
        "agenda": lambda: agenda_of(programme, group.id, now=present),
        "nudge": lambda: (nudge_for(programme, member, now=present),),
        "health": lambda: health_of(programme, group.id, viewer, now=present),
        "ledger": lambda: ledger_of(programme, group.id),
        "next times": lambda: next_times_of(programme, group.id, now=present),
        "suggestion": lambda: suggestion_for(programme, group.id, now=present),
    }

    def is_there(answer):
        assert answer is not None

    races.run(
        f"one group or member of {size}",
        [
            contestant(name, lambda query=query: query, is_there, is_ours=name == "agenda")
            for name, query in queries.items()
        ],
    )


@pytest.mark.parametrize("size", SIZES)
def test_everybody(size, races, contestant, large_programme, present):
    programme = large_programme(size)

    def all_groups(views):
        assert len(views) == size // 2

    races.run(
        f"everybody of {size}",
        [
            contestant(
                "nudges",
                lambda: lambda: nudges(programme, now=present),
                lambda found: None,
                is_ours=True,
            ),
            contestant(
                "health", lambda: lambda: health_for_staff(programme, now=present), all_groups
            ),
        ],
    )


@pytest.mark.parametrize("size", SIZES)
def test_one_change(size, races, contestant, large_programme, present):
    programme = large_programme(size)
    session = programme.sessions["session-7"]
    group = session.group
    programme.of_group(group)

    def one_session():
        return programme.put("sessions", replace(session, place="Library"))

    def one_goal():
        return change_goal(programme, "goal-1", lambda one: meet(one, now=present, by="m0000"))

    def is_found(changed):
        assert len(changed.of_group(group).sessions) == len(programme.sessions.of_group(group))

    races.run(
        f"one change among {20 * size} sessions",
        [
            contestant("a session", lambda: one_session, is_found, is_ours=True),
            contestant("a goal", lambda: one_goal, is_found),
        ],
    )
