"""A programme of 1,000 members and 20,000 sessions: its file, its queries, one change of it.

What is aimed at: each query of one member or group under 1 ms, nudges for everybody under 0.5 s,
loading and saving under 1 s each. `Timing.within` says how figures are held against that.
"""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.goal_changes import meet
from peerloom.mentoring.goals import GoalState
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

pytestmark = pytest.mark.measured

MEMBERS = 1000
QUERY, EVERYBODY, FILE = 0.001, 0.5, 1.0

QUERIES = {
    "all of a group": lambda one: one.programme.of_group(one.group),
    "all of a member": lambda one: one.programme.of_member(one.member),
    "agenda": lambda one: agenda_of(one.programme, one.group, now=one.now),
    "nudge": lambda one: nudge_for(one.programme, one.member, now=one.now),
    "health": lambda one: health_of(one.programme, one.group, one.viewer, now=one.now),
    "ledger": lambda one: ledger_of(one.programme, one.group),
    "next times": lambda one: next_times_of(one.programme, one.group, now=one.now),
    "suggestion": lambda one: suggestion_for(one.programme, one.group, now=one.now),
}


class Question:
    """A member and the group they are in, in the middle of the last round."""

    def __init__(self, programme, now):
        group = programme.current_groups[MEMBERS // 4]
        self.programme, self.now, self.group = programme, now, group.id
        self.member = group.members[0]
        self.viewer = Viewer(member=self.member)


@pytest.fixture(scope="module")
def programme(large_programme):
    return large_programme(MEMBERS)


@pytest.fixture(scope="module")
def path(programme, tmp_path_factory):
    path = tmp_path_factory.mktemp("file") / "school.json"
    create_programme(path, programme)
    return path


@pytest.mark.benchmark(group="the file")
def test_loading(timing, programme, path):
    assert timing.within(FILE, "load", load_programme, path) == programme


@pytest.mark.benchmark(group="the file")
def test_loading_what_somebody_else_wrote(timing, programme, path, tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    loaded = timing.within(FILE, "load, and check everything", load_programme, copy)
    assert loaded == programme


@pytest.mark.benchmark(group="the file")
def test_saving(timing, programme, path, tmp_path):
    new = tmp_path / "new.json"

    def save():
        create_programme(new, programme)

    timing.within(FILE, "save", save, before_each=lambda: new.unlink(missing_ok=True))
    assert new.read_bytes() == path.read_bytes()


@pytest.mark.benchmark(group="the file")
def test_changing(timing, programme, path, tmp_path):
    shutil.copytree(path.parent, tmp_path / "own")
    own = tmp_path / "own" / path.name

    def change(programme):
        return replace(programme, erased=programme.erased + 1)

    changed = timing.within(2 * FILE, "load, change and save", change_programme, own, change)
    assert replace(changed, erased=0) == programme


@pytest.mark.benchmark(group="one group or member")
@pytest.mark.parametrize("name", QUERIES)
def test_a_query(timing, programme, present, name):
    question = Question(programme, present)
    assert timing.within(QUERY, name, QUERIES[name], question) is not None or name == "nudge"


@pytest.mark.benchmark(group="everybody")
def test_nudges_for_everybody(timing, programme, present):
    found = timing.within(EVERYBODY, "nudges", lambda: nudges(programme, now=present))
    assert {one.member for one in found} <= {one.id for one in programme.members}


@pytest.mark.benchmark(group="everybody")
def test_health_of_everybody(timing, programme, present):
    found = timing.within(None, "health", lambda: health_for_staff(programme, now=present))
    assert len(found) == MEMBERS // 2


@pytest.mark.benchmark(group="one change")
def test_a_change_of_a_session(timing, programme):
    session = programme.sessions["session-7"]
    programme.of_group(session.group)
    moved = replace(session, place="Library")
    changed = timing.within(None, "a session", programme.put, "sessions", moved)
    of_group = (len(one.of_group(session.group).sessions) for one in (changed, programme))
    assert len(set(of_group)) == 1


@pytest.mark.benchmark(group="one change")
def test_a_change_of_a_goal(timing, programme, present):
    def change():
        return change_goal(programme, "goal-1", lambda one: meet(one, now=present, by="m0000"))

    assert timing.within(None, "a goal", change).goals["goal-1"].state is GoalState.MET
