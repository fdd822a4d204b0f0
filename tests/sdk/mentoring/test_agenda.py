"""The agenda: it fills the session to the minute, and says why for each item."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.agenda import SHORT, agenda
from peerloom.mentoring.agenda_candidates import open_topics
from peerloom.mentoring.agenda_items import REASONS, TITLES, Candidate, ItemKind, reason, title
from peerloom.mentoring.agenda_time import chosen, shared_out
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.goals import Goal, ProgressEntry
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.sessions import Part, Session, SessionError, SessionKind
from peerloom.mentoring.topics import Family, Topic
from peerloom.reasons import Reason

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = ("ada", "bo", "cy", "di", "ed")


def held(days_ago, *, leftovers=(), parts=(), members=("ada", "bo"), state="held", **fields):
    return Session(
        **{
            "id": f"s{days_ago}",
            "group": "g1",
            "members": members,
            "starts_at": NOW - timedelta(days=days_ago),
            "minutes": 240,
            "state": state,
            "proposed_by": "ada",
            "proposed_at": NOW,
            "changed_at": NOW,
            "leftovers": tuple(Topic(text=text) for text in leftovers),
            "parts": parts,
        }
        | fields
    )


def goal(name, *, due=None, value=None, member="ada", **fields):
    started = NOW - timedelta(days=20)
    return Goal(
        **{
            "id": name,
            "member": member,
            "statement": f"Words of {name}",
            "measure": Measure(start=0, target=10),
            "due": due,
            "set_at": started,
            "progress": ()
            if value is None
            else (ProgressEntry(at=started + timedelta(days=19), by=member, value=value),),
        }
        | fields
    )


def plan(members=("ada", "bo"), **options):
    return agenda(members, **{"minutes": 60, "now": NOW, "is_settled": True} | options)


def of_kind(found, kind):
    return [item for item in found.items if item.kind is kind]


def kinds(found):
    return [item.kind.value for item in found.items]


OVERDUE = goal("late", due=date(2026, 11, 20))
AT_RISK = goal("slow", due=date(2026, 12, 23), value=0)
SOON = goal("soon", due=date(2026, 11, 27), value=9)
FINE = goal("fine", due=date(2027, 5, 1), value=9)
REACHED = goal("done", due=date(2027, 5, 1), value=10)
UNKNOWN = goal("open")


def test_the_first_session_is_worth_going_to():
    found = plan(is_settled=None)
    assert kinds(found) == ["arrive", "meet", "set_goals", "agree", "teach", "teach", "close"]
    assert found.items[1].reason.code == "agenda_meet"
    assert [item.lead for item in of_kind(found, ItemKind.TEACH)] == ["ada", "bo"]
    assert found.flip is None


def test_later_nothing_of_the_first_session_comes_back():
    found = plan(is_settled=None, sessions=[held(7)], goals=[FINE])
    assert kinds(found) == ["arrive", "teach", "teach", "close"]
    again = plan(is_settled=False, sessions=[held(7)], goals=[FINE])
    assert kinds(again) == ["arrive", "agree", "teach", "teach", "close"]


def test_a_session_that_was_not_held_is_no_meeting():
    missed = held(3, leftovers=["sleep"], state="not_held", confirmations=())
    found = plan(sessions=[missed])
    assert "meet" in kinds(found)
    assert "leftover" not in kinds(found)


def test_goals_that_need_a_look_come_in_order_of_need():
    found = plan(
        sessions=[held(7)], goals=[REACHED, SOON, FINE, UNKNOWN, AT_RISK, OVERDUE], minutes=120
    )
    items = of_kind(found, ItemKind.GOAL)
    assert [item.goal for item in items] == ["late", "slow", "soon"]
    assert [item.subject for item in items] == ["Words of late", "Words of slow", "Words of soon"]
    assert [item.lead for item in items] == ["ada"] * 3
    assert "It was due on 2026-11-20" in str(items[0].reason)
    assert str(items[2].reason) == "This goal is due on 2026-11-27."
    reached = plan(sessions=[held(7)], goals=[REACHED, FINE])
    assert [item.goal for item in of_kind(reached, ItemKind.GOAL)] == ["done"]


def test_goals_that_are_closed_are_not_looked_at():
    found = plan(sessions=[held(7)], goals=[goal("late", due=date(2026, 11, 20), state="let_go")])
    assert of_kind(found, ItemKind.GOAL) == []
    assert len(of_kind(found, ItemKind.SET_GOALS)) == 1


def test_a_due_day_ends_on_the_clocks_of_the_members():
    last_day = goal("last", due=date(2026, 11, 22), value=5)
    options = {"sessions": [held(7)], "goals": [last_day]}
    assert "It was due" in str(of_kind(plan(timezones=["UTC"], **options), ItemKind.GOAL)[0].reason)
    island = of_kind(plan(timezones=["Etc/GMT+12"], **options), ItemKind.GOAL)[0]
    assert "It was due" not in str(island.reason)


def test_what_was_left_over_comes_from_the_last_session_that_was_held():
    sessions = [
        held(14, leftovers=["old"]),
        held(7, leftovers=["joins", "indexes"]),
        held(2, leftovers=["cancelled"], state="cancelled"),
    ]
    for order in (sessions, sessions[::-1]):
        found = of_kind(plan(sessions=order, minutes=90), ItemKind.LEFTOVER)
        assert [item.subject for item in found] == ["joins", "indexes"]


def test_a_listening_session_does_not_hide_what_the_meeting_before_it_left():
    sessions = [held(7, leftovers=["joins"]), held(2, kind="listening")]
    assert of_kind(plan(sessions=sessions), ItemKind.LEFTOVER)[0].subject == "joins"


def test_what_was_left_over_beyond_three_comes_before_other_topics():
    last = held(7, leftovers=["a", "b", "c", "d"])
    topics = [Topic(text="lunch"), Topic(text="D")]
    found = plan(sessions=[last], topics=topics, minutes=120)
    assert [item.subject for item in of_kind(found, ItemKind.LEFTOVER)] == ["a", "b", "c"]
    assert [item.subject for item in of_kind(found, ItemKind.TOPIC)] == ["d", "lunch"]


def test_a_topic_is_open_until_a_session_was_about_it():
    topics = [Topic(text=text) for text in ("joins", "git", "salary", "lunch")]
    about = {"topics": (Topic(text="Joins"), Topic(text="git"), Topic(text="salary"))}
    sessions = [
        held(9, **about, leftovers=["git", "salary"]),
        held(5, topics=(Topic(text="git"),)),
        held(2, topics=(Topic(text="lunch"),), state="planned"),
        held(1, topics=(Topic(text="lunch"),), state="not_held"),
    ]
    for order in (sessions, sessions[::-1]):
        assert [topic.text for topic in open_topics(topics, order)] == ["salary", "lunch"]
    assert open_topics(topics, []) == tuple(topics)


def test_each_family_has_a_topic_before_one_has_two():
    topics = [
        Topic(text="joins", family=Family.TECHNICAL),
        Topic(text="indexes", family=Family.TECHNICAL),
        Topic(text="asking for help", family=Family.SOFT_SKILLS),
        Topic(text="salary", family=Family.CAREER),
        Topic(text="lunch"),
    ]
    found = of_kind(plan(sessions=[held(7)], topics=topics, minutes=120), ItemKind.TOPIC)
    assert [item.subject for item in found] == ["joins", "asking for help", "salary"]
    assert [item.reason.code for item in found] == [
        "agenda_topic_technical",
        "agenda_topic_soft_skills",
        "agenda_topic_career",
    ]
    lunch = of_kind(plan(sessions=[held(7)], topics=topics[4:]), ItemKind.TOPIC)
    assert lunch[0].reason.code == "agenda_topic"


def test_nothing_stands_on_it_twice():
    topics = [Topic(text="Joins"), Topic(text="joins"), Topic(text="lunch")]
    found = plan(sessions=[held(7, leftovers=["joins"])], topics=topics, minutes=120)
    assert [item.subject for item in found.items if item.subject] == ["joins", "lunch"]


def test_at_70_to_30_the_roles_flip():
    parts = (Part(member="ada", taught=35, learned=15), Part(member="bo", taught=15, learned=35))
    found = plan(sessions=[held(7, parts=parts)], goals=[FINE], names={"bo": "Bo"})
    first, second = of_kind(found, ItemKind.TEACH)
    assert (first.lead, second.lead) == ("bo", "ada")
    assert found.flip.teacher == "bo"
    assert first.minutes * 3 == pytest.approx(second.minutes * 7, abs=10)
    assert str(first.title) == "Bo teaches"
    assert "this time Bo teaches most of the time" in str(first.reason)
    even = (Part(member="ada", taught=34, learned=16), Part(member="bo", taught=16, learned=34))
    first, second = of_kind(plan(sessions=[held(7, parts=even)], goals=[FINE]), ItemKind.TEACH)
    assert (first.lead, second.lead) == ("bo", "ada")
    assert abs(first.minutes - second.minutes) <= 1


@pytest.mark.parametrize("minutes", range(1, 61))
@pytest.mark.parametrize("goals", [(), (OVERDUE,)])
def test_however_short_it_is_the_one_whose_turn_it_is_teaches_most(minutes, goals):
    parts = (Part(member="ada", taught=80), Part(member="bo", taught=20))
    found = plan(sessions=[held(7, parts=parts)], minutes=minutes, goals=goals)
    taught = {item.lead: item.minutes for item in of_kind(found, ItemKind.TEACH)}
    assert found.flip.teacher == "bo"
    if taught:
        assert taught["bo"] >= 0.66 * sum(taught.values())


@pytest.mark.parametrize("size", [3, 4, 5])
def test_in_circles_who_taught_most_only_learns_when_the_roles_flip(size):
    members = PEOPLE[:size]
    parts = (Part(member="ada", taught=100), *(Part(member=one, taught=50) for one in members[2:]))
    sessions = [held(7, parts=parts, members=members)]
    found = of_kind(plan(members, sessions=sessions, goals=[FINE]), ItemKind.TEACH)
    assert [item.lead for item in found] == ["bo", *members[2:]]
    assert found[0].minutes > sum(item.minutes for item in found[1:])


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_everybody_has_a_turn(size):
    found = plan(PEOPLE[:size], sessions=[held(7, members=PEOPLE[:size])], goals=[FINE])
    turns = of_kind(found, ItemKind.TEACH)
    assert [item.lead for item in turns] == list(PEOPLE[:size])
    assert max(item.minutes for item in turns) - min(item.minutes for item in turns) <= 1


# --- activities -----------------------------------------------------------------------------------

ACTIVITIES = built_in_activities()


def test_the_activity_takes_the_place_of_the_turns_and_the_quieter_one_leads():
    why = Reason(code="because", template="Because of {what}.", values={"what": "a goal"})
    parts = (Part(member="ada", taught=30), Part(member="bo", taught=20))
    found = plan(
        sessions=[held(7, parts=parts)],
        goals=[FINE],
        activity=ACTIVITIES["teach_off"],
        activity_reason=why,
    )
    (item,) = of_kind(found, ItemKind.ACTIVITY)
    assert (item.activity, item.lead, item.reason) == ("teach_off", "bo", why)
    assert item.subject == ACTIVITIES["teach_off"].title
    assert ACTIVITIES["teach_off"].fits(2, item.minutes)
    assert of_kind(found, ItemKind.TEACH) == []


@pytest.mark.parametrize("name", sorted(ACTIVITIES))
@pytest.mark.parametrize("minutes", [10, 30, 45, 60, 90, 240])
@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize("is_new", [True, False])
def test_every_activity_fits_the_time_it_gets_or_is_left_out(name, minutes, size, is_new):
    activity, members = ACTIVITIES[name], PEOPLE[:size]
    past = {} if is_new else {"sessions": [held(7, members=members)], "goals": [FINE]}
    found = agenda(members, minutes=minutes, now=NOW, kind=activity.kind, activity=activity, **past)
    items = of_kind(found, ItemKind.ACTIVITY)
    for item in items:
        assert activity.fits(size, item.minutes)
    if not items:
        assert of_kind(found, ItemKind.TEACH) or of_kind(found, ItemKind.LISTEN) or minutes < SHORT
    assert sum(item.minutes for item in found.items) == minutes


def test_a_first_session_begins_with_its_activity():
    found = plan(is_settled=None, activity=ACTIVITIES["first_meeting"])
    assert kinds(found) == ["arrive", "activity", "set_goals", "agree", "close"]


def test_an_activity_of_the_other_kind_is_left_out():
    listening = ACTIVITIES["listening"]
    assert of_kind(plan(activity=listening), ItemKind.ACTIVITY) == []
    meeting = plan(activity=ACTIVITIES["teach_off"], kind=SessionKind.LISTENING)
    assert of_kind(meeting, ItemKind.ACTIVITY) == []


# --- listening ------------------------------------------------------------------------------------


def test_only_listening_is_turns_of_one_length_and_nothing_else():
    sessions = [
        held(
            7,
            leftovers=["joins"],
            parts=(Part(member="ada", listened=5), Part(member="bo", listened=25)),
        )
    ]
    found = plan(
        ("ada", "bo", "cy"),
        kind=SessionKind.LISTENING,
        sessions=sessions,
        goals=[OVERDUE],
        topics=[Topic(text="salary")],
        minutes=50,
    )
    assert kinds(found) == ["arrive", "listen", "listen", "listen", "rest"]
    turns = of_kind(found, ItemKind.LISTEN)
    assert len({item.minutes for item in turns}) == 1
    assert [item.lead for item in turns] == ["bo", "ada", "cy"]
    assert "has listened most so far, for 25 minutes" in str(turns[0].reason)
    assert [item.goal for item in found.items] == [None] * 5
    assert [item.subject for item in found.items] == [""] * 5


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize("minutes", [5, 14, 15, 31, 60, 1440])
def test_everybody_is_listened_to_as_long(size, minutes):
    found = plan(PEOPLE[:size], kind="listening", minutes=minutes)
    turns = of_kind(found, ItemKind.LISTEN)
    assert [item.lead for item in turns] == list(PEOPLE[:size])
    assert len({item.minutes for item in turns}) == 1
    assert sum(item.minutes for item in found.items) == minutes


def test_an_activity_for_listening_is_the_whole_session():
    found = plan(kind=SessionKind.LISTENING, activity=ACTIVITIES["listening"], minutes=45)
    assert kinds(found) == ["activity"]


# --- time -----------------------------------------------------------------------------------------

goals = st.lists(st.sampled_from([OVERDUE, AT_RISK, SOON, FINE, REACHED, UNKNOWN]), unique=True)
texts = st.lists(st.sampled_from(["joins", "indexes", "salary", "asking", "lunch"]), max_size=6)
books = st.lists(
    st.tuples(st.integers(0, 120), st.integers(0, 60), st.integers(0, 60)), min_size=5, max_size=5
)


@given(
    st.integers(1, 1440),
    st.integers(2, 5),
    st.sampled_from(list(SessionKind)),
    goals,
    texts,
    texts,
    st.none() | books,
    st.none() | st.sampled_from(sorted(ACTIVITIES)),
    st.none() | st.booleans(),
)
def test_the_minutes_are_filled_exactly_whatever_there_is(
    minutes, size, kind, some_goals, topics, leftovers, book, activity, is_settled
):
    members = PEOPLE[:size]
    parts = tuple(
        Part(member=member, taught=taught, learned=learned, listened=listened)
        for member, (taught, learned, listened) in zip(members, book or (), strict=False)
    )
    options = {
        "minutes": minutes,
        "now": NOW,
        "kind": kind,
        "topics": [Topic(text=text) for text in topics],
        "activity": ACTIVITIES[activity] if activity else None,
        "is_settled": is_settled,
    }
    sessions = [held(7, leftovers=leftovers, parts=parts, members=members)] if book else []
    found = agenda(members, sessions=sessions, goals=some_goals, **options)
    assert found.items[0].starts == 0
    for before, after in pairwise(found.items):
        assert after.starts == before.starts + before.minutes
    assert found.items[-1].starts + found.items[-1].minutes == minutes
    assert all(item.minutes >= 1 for item in found.items)
    assert all(str(item.title) and str(item.reason) for item in found.items)
    # The order in which things are handed over makes no difference.
    assert found == agenda(members[::-1], sessions=sessions, goals=some_goals[::-1], **options)


def candidates(*shapes):
    return [
        Candidate(
            kind=ItemKind.OPEN,
            title=title(ItemKind.OPEN),
            reason=reason("agenda_open"),
            rank=rank,
            least=least,
            most=most,
            weight=weight,
        )
        for rank, least, most, weight in shapes
    ]


@pytest.mark.parametrize(
    ("shapes", "minutes", "shares"),
    [
        ([(0, 2, None, 1), (0, 2, None, 1)], 10, [5, 5]),
        ([(0, 2, None, 1), (0, 2, None, 1)], 11, [6, 5]),
        ([(0, 2, None, 3), (0, 2, None, 1)], 12, [8, 4]),
        ([(0, 2, 4, 3), (0, 2, None, 1)], 12, [4, 8]),
        ([(0, 2, 4, 1), (0, 2, 5, 1)], 12, [4, 8]),
        ([(0, 5, None, 1)], 3, [3]),
    ],
)
def test_time_is_shared_out_as_by_hand(shapes, minutes, shares):
    assert shared_out(candidates(*shapes), minutes) == shares


def test_the_lowest_rank_finds_a_place_first():
    first, second, third = candidates((2, 5, None, 1), (1, 8, None, 1), (3, 2, None, 1))
    assert chosen([first, second, third], 10) == (second, third)
    assert chosen([first, second, third], 15) == (first, second, third)
    assert chosen([first, second], 3) == (second,)


def test_where_nothing_can_use_the_time_there_is_room_to_talk():
    found = plan(
        sessions=[held(7)], goals=[FINE], activity=ACTIVITIES["first_meeting"], minutes=1440
    )
    assert kinds(found)[-2:] == ["open", "close"]


def test_a_short_session_has_no_ceremony():
    found = plan(sessions=[held(7, leftovers=["joins"])], goals=[OVERDUE], minutes=SHORT - 1)
    assert not {"arrive", "close"} & set(kinds(found))
    assert {"leftover", "goal"} <= set(kinds(found))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"members": ["ada"]}, "members"),
        ({"members": ["ada", "ada"]}, "members"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": 45.5}, "minutes"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_what_cannot_be_planned_is_refused(wrong, field):
    with pytest.raises(SessionError) as refused:
        plan(**wrong)
    assert refused.value.field == field


def test_the_present_moment_knows_its_zone():
    with pytest.raises(MomentError):
        plan(now=datetime(2026, 11, 23))  # noqa: DTZ001 - naive on purpose


def test_words_of_the_group_stand_in_no_reason_and_no_log():
    found = plan(
        sessions=[held(7, leftovers=["my father"])],
        goals=[OVERDUE],
        topics=[Topic(text="my mother")],
        minutes=120,
    )
    shown = repr(found) + "".join(str(item.reason) + str(item.title) for item in found.items)
    for secret in ("father", "mother", "Words of"):
        assert secret not in shown
    assert {"my father", "my mother", "Words of late"} == {
        item.subject for item in found.items if item.subject
    }


def test_every_kind_and_reason_has_its_words():
    assert set(TITLES) == set(ItemKind)
    assert all(text.endswith(".") for text in REASONS.values())
