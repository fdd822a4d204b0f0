"""The meetup of the examples: what happened in it, and what its story says."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from examples.meetup.season import ASKS, PAUSES
from examples.meetup.story import tell
from peerloom.mentoring.sessions import SessionState


def groups_of(programme, number):
    return [group for group in programme.groups if group.round == number]


def test_six_months_of_60_people_in_nine_time_zones(season):
    programme = season[-1].over
    assert [month.number for month in season] == [1, 2, 3, 4, 5, 6]
    assert [month.joined for month in season] == [31, 15, 14, 0, 0, 0]
    assert len(programme.members) == 60
    assert len({one.profile.timezone for one in programme.members}) == 9


def test_everybody_but_who_pauses_is_in_one_group_each_month(season):
    for month in season:
        seats = Counter(
            one for group in groups_of(month.begun, month.number) for one in group.members
        )
        assert set(seats) == {one.id for one in month.begun.members if one.takes_part}
        assert set(seats.values()) == {1}
        assert not set(seats) & set(PAUSES.get(month.number, ()))
        assert month.paused == len(month.begun.members) - len(seats)


def test_nobody_meets_the_same_person_twice(season):
    programme = season[-1].over
    held = {one.group for one in programme.sessions if one.state is SessionState.HELD}
    met = Counter(
        pair
        for group in programme.groups
        if group.id in held
        for pair in combinations(group.members, 2)
    )
    assert len(met) > 80
    assert set(met.values()) == {1}


def test_who_asked_each_other_are_together(season):
    (number,) = ASKS
    asked, back, _ = ASKS[number]
    assert back == asked[::-1]
    assert asked in [group.members for group in groups_of(season[-1].over, number)]


def is_free(profile, moment):
    """Look a minute up on somebody's own clock, without the package's arithmetic."""
    local = moment.astimezone(ZoneInfo(profile.timezone))
    minute = local.weekday() * 1440 + local.hour * 60 + local.minute
    return any(
        (minute - slot.day * 1440 - slot.start) % 10080 < slot.end - slot.start
        for slot in profile.availability.slots
    )


def test_everybody_is_free_in_every_session(season):
    programme = season[-1].over
    for session in programme.sessions:
        for member in session.members:
            profile = programme.members[member].profile
            for minutes in range(0, session.minutes, 5):
                assert is_free(profile, session.starts_at + timedelta(minutes=minutes)), session


def test_its_story_tells_every_part(season, capsys):
    tell(season)
    story = capsys.readouterr().out
    assert re.findall(r"^(.+)\n-{5,}$", story, re.MULTILINE) == [
        "60 people in 9 time zones",
        "Six months, six rounds",
        "An invitation, as it goes by mail",
        "Whom Aroha Ngata has got to know",
        "What became of it",
    ]
    assert "A time that suits all of you:" in story
    assert "no proof that" in " ".join(story.split())
    assert "m03" not in story, "who asked in vain is told"
    assert max(map(len, story.splitlines())) <= 92
