"""What may stand on an agenda: each kind of item with its words."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from peerloom.mentoring.topics import Family
from peerloom.reasons import N_, Reason, Value


class ItemKind(enum.StrEnum):
    """What a group does in an item of its agenda."""

    ARRIVE = "arrive"
    MEET = "meet"
    AGREE = "agree"
    SET_GOALS = "set_goals"
    LEFTOVER = "leftover"
    GOAL = "goal"
    ACTIVITY = "activity"
    TEACH = "teach"
    LISTEN = "listen"
    TOPIC = "topic"
    OPEN = "open"
    CLOSE = "close"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One item of an agenda. Only the members of the group may read it.

    Parameters
    ----------
    starts
        Minutes after the beginning of the session.
    minutes
        How long it takes, at least one.
    kind
        What the group does.
    title
        What people read.
    reason
        Why it is on the agenda.
    subject
        What it is about, in the group's own words; empty where the title says it all.
    lead
        The id of the member who teaches, is listened to, or begins; None for nobody in particular.
    goal, activity
        The id of the goal or activity that it is about.
    """

    starts: int
    minutes: int
    kind: ItemKind
    title: Reason
    reason: Reason
    subject: str = field(default="", repr=False)
    lead: str | None = None
    goal: str | None = None
    activity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that asks for time.

    Parameters
    ----------
    kind, title, reason, subject, lead, goal, activity
        As in `AgendaItem`.
    rank
        Who gets a place first: the lowest.
    least, most
        The fewest and the most minutes; None where more is always welcome.
    weight
        How much of the time above the least it gets, against the others.
    """

    kind: ItemKind
    title: Reason
    reason: Reason
    rank: int
    least: int
    weight: int
    most: int | None = None
    subject: str = field(default="", repr=False)
    lead: str | None = None
    goal: str | None = None
    activity: str | None = None


TITLES: Mapping[ItemKind, str] = MappingProxyType(
    {
        ItemKind.ARRIVE: N_("Arrive: how are you today?"),
        ItemKind.MEET: N_("Get to know each other"),
        ItemKind.AGREE: N_("Settle and sign your agreement"),
        ItemKind.SET_GOALS: N_("Set a goal each, one that others could check"),
        ItemKind.LEFTOVER: N_("Take up what was left over"),
        ItemKind.GOAL: N_("Look at a goal"),
        ItemKind.ACTIVITY: N_("Do the activity"),
        ItemKind.TEACH: N_("{lead} teaches"),
        ItemKind.LISTEN: N_("{lead} speaks, and is listened to"),
        ItemKind.TOPIC: N_("Talk about a topic"),
        ItemKind.OPEN: N_("Time for whatever is on your minds"),
        ItemKind.REST: N_("Come to rest: what did it feel like to be listened to?"),
        ItemKind.CLOSE: N_("Close: one next step each, and the next date"),
    }
)
"""What people read for each kind of item."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "agenda_arrive": N_("What is on your minds is said first, so that it is not in the way."),
        "agenda_meet": N_("This is your first session: find out what brought each of you here."),
        "agenda_agree": N_("Not everybody has signed what you agree on yet."),
        "agenda_set_goals": N_("Nobody of you has an open goal yet."),
        "agenda_leftover": N_("You did not come to this last time."),
        "agenda_due_soon": N_("This goal is due on {due}."),
        "agenda_activity": N_("This activity was chosen for the session."),
        "agenda_teach": N_("Everybody teaches and everybody learns: each of you has a turn."),
        "agenda_listen": N_("You take turns of the same length. No advice, nothing to solve."),
        "agenda_listen_first": N_(
            "{lead} has listened most so far, for {minutes} minutes, and is listened to first."
        ),
        "agenda_topic": N_("One of the topics that you wanted to talk about."),
        "agenda_topic_technical": N_("A technical topic that you wanted to talk about."),
        "agenda_topic_soft_skills": N_("A topic on soft skills that you wanted to talk about."),
        "agenda_topic_career": N_("A topic on your careers that you wanted to talk about."),
        "agenda_open": N_("There is time left that nothing asks for."),
        "agenda_rest": N_("What was said stays here, and nobody has to do anything about it."),
        "agenda_close": N_(
            "A step that was said aloud, and a date, carry you to the next session."
        ),
    }
)
"""Why an item is on the agenda, by the code of the reason."""

TOPIC_REASONS: Mapping[Family | None, str] = MappingProxyType(
    {None: "agenda_topic", **{family: f"agenda_topic_{family}" for family in Family}}
)


def title(kind: ItemKind, **values: Value) -> Reason:
    """Give the title of a kind of item."""
    return Reason(code=f"agenda_title_{kind}", template=TITLES[kind], values=values)


def reason(code: str, **values: Value) -> Reason:
    """Give the reason of that code."""
    return Reason(code=code, template=REASONS[code], values=values)
