"""Programmes to which anything happened, in any order: each comes back equal from its file."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import PeerloomError
from peerloom.availability import Availability, WeeklySlot
from peerloom.members import Member
from peerloom.mentoring.checkins import Fit, Visibility
from peerloom.mentoring.goal_changes import add_progress, meet
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.json_text import from_bytes, to_bytes
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.session_changes import accept, decline
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.topics import Family
from peerloom.programmes.asking import ask
from peerloom.programmes.documents import of_plain, to_plain
from peerloom.programmes.drawing import draw_round, keep_draft
from peerloom.programmes.erasing import erase
from peerloom.programmes.feedback import ask_switch, check_in, say_farewell
from peerloom.programmes.goals import change_goal, set_goal
from peerloom.programmes.membership import come_back, join, leave, pause
from peerloom.programmes.nudging import nudges, record_nudges
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.references import unknown_references
from peerloom.programmes.sessions import change_session, propose_session, settle_sessions

START = datetime(2026, 11, 23, 9, tzinfo=UTC)

NAMES = ("ada", "bo", "cy", "di", "Ärne Ø", "6", "7 8")

names = st.sampled_from(NAMES)
words = st.text(st.characters(exclude_categories=["C"]), max_size=12)
lists = st.lists(words, max_size=3).map(tuple)
slots = st.builds(
    lambda day, start, length: WeeklySlot(day, start, min(start + length, 1440)),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
members = st.builds(
    Member,
    id=names,
    name=words,
    email=words,
    level=st.none() | st.integers(1, 5),
    teach=lists,
    learn=lists,
    topics=lists,
    experience=st.none() | st.integers(0, 9),
    section=words,
    timezone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns"]),
    availability=st.builds(Availability, st.lists(slots, max_size=4).map(tuple)),
    is_paused=st.booleans(),
    columns=st.dictionaries(words.filter(str.strip), words, max_size=2),
    blocked=st.lists(names, max_size=1).map(tuple),
    protected=st.dictionaries(words.filter(str.strip), words, max_size=1),
)


class Life:
    """Something happens to a programme; what is refused leaves it as it was."""

    def __init__(self, data):
        self.draw = data.draw
        self.now = START
        self.programme = Programme(name=self.draw(words.filter(str.strip)), private_seed=1)

    def live(self):
        deeds = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        people = [Member(id=name) for name in NAMES]
        self.programme, _ = join(self.programme, people, now=self.now)
        for deed in (self.do_join, self.do_publish):
            deed()
        for deed in self.draw(st.lists(st.sampled_from(deeds), min_size=4, max_size=15)):
            self.now += timedelta(hours=self.draw(st.integers(0, 200)))
            with suppress(PeerloomError):
                deed()
        return self.programme

    def any_of(self, records):
        found = list(records)
        return self.draw(st.sampled_from(found)).id if found else "nothing"

    def do_join(self):
        people = {one.id: one for one in self.draw(st.lists(members, max_size=2))}
        self.programme, _ = join(self.programme, people.values(), now=self.now)

    def do_come_and_go(self):
        change = self.draw(st.sampled_from([pause, leave, come_back, erase]))
        self.programme = change(self.programme, self.draw(names), now=self.now)

    def do_ask(self):
        message = self.draw(words)
        one, other = self.draw(names), self.draw(names)
        self.programme = ask(self.programme, one, other, now=self.now, message=message)

    def do_draw(self):
        pairing = draw_round(self.programme, now=self.now, seed=self.draw(st.integers(0, 3)))
        self.programme = keep_draft(self.programme, pairing, now=self.now)

    def do_publish(self):
        self.do_draw()
        self.programme = publish(self.programme, now=self.now)

    def do_goal(self):
        value = Decimal(self.draw(st.integers(-9999, 9999))) / 100
        terms = GoalTerms(
            statement=self.draw(words),
            family=self.draw(st.none() | st.sampled_from(list(Family))),
            measure=Measure(start=0, target=12, unit=self.draw(words)),
            due=self.now.date(),
        )
        who = self.draw(names)
        self.programme, goal = set_goal(self.programme, terms, now=self.now, member=who)
        changes = [
            lambda one: add_progress(one, value, at=self.now, by=who),
            lambda one: meet(one, now=self.now, by=who),
        ]
        for change in self.draw(st.permutations(changes))[: self.draw(st.integers(0, 2))]:
            self.programme = change_goal(self.programme, goal.id, change)

    def do_session(self):
        group = self.any_of(self.programme.groups)
        by = self.programme.groups[group].members[0]
        starts_at = self.now + timedelta(hours=self.draw(st.integers(1, 99)))
        self.programme, _ = propose_session(
            self.programme, group, by=by, starts_at=starts_at, now=self.now, place=self.draw(words)
        )

    def do_answer(self):
        name = self.any_of(self.programme.sessions)
        answer = self.draw(st.sampled_from([accept, decline, confirm]))
        for member in self.programme.sessions[name].members:
            self.programme = change_session(
                self.programme, name, lambda one, member=member: answer(one, member, now=self.now)
            )

    def do_settle(self):
        self.programme = settle_sessions(self.programme, now=self.now)

    def do_feedback(self):
        group = self.programme.groups[self.any_of(self.programme.groups)]
        member = self.draw(st.sampled_from(group.members))
        self.programme, _ = check_in(
            self.programme,
            group.id,
            member,
            now=self.now,
            good=self.draw(words),
            visibility=self.draw(st.sampled_from(list(Visibility))),
            fit=self.draw(st.none() | st.sampled_from(list(Fit))),
            mood=self.draw(st.none() | st.integers(1, 5)),
        )
        self.programme, _ = say_farewell(
            self.programme, group.id, member, now=self.now, takes_along=self.draw(words)
        )
        self.programme, _ = ask_switch(self.programme, group.id, member, now=self.now)

    def do_nudge(self):
        self.programme = record_nudges(self.programme, nudges(self.programme, now=self.now))


@settings(max_examples=80)
@given(st.data())
def test_every_programme_comes_back_equal_and_names_nobody_unknown(data):
    programme = Life(data).live()
    content = to_bytes({"data": to_plain(programme)})
    for is_checked in (False, True):
        again = of_plain(from_bytes(content)["data"], is_checked=is_checked)
        assert again == programme
        assert to_bytes({"data": to_plain(again)}) == content
    assert list(unknown_references(programme)) == []
