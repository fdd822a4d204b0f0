"""Groups and sections of a course, as its platform knows them, and which of them count.

A person may be in many groups: a tutorial, a project team, a laboratory. The groups of one *set*
divide the course into parts; the set that staff choose says which groups are the sections within
which, or across which, a policy pairs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lti_tool.store.models import Context, Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseGroup:
    """One group of a course: its id, what people call it, and the ids of its sets."""

    id: str
    name: str = ""
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseGroupSet:
    """One set of groups: its id, and what people call it."""

    id: str
    name: str = ""


def keep_groups(
    context: Context, groups: Sequence[CourseGroup], sets: Sequence[CourseGroupSet]
) -> None:
    """Write down the groups of a course, in the place of those that were known.

    A set that is gone no longer decides about the sections.
    """
    context.groups = {
        "groups": {one.id: {"name": one.name, "sets": list(one.sets)} for one in groups},
        "sets": {one.id: one.name for one in sets},
    }
    if context.group_set not in context.groups["sets"]:
        context.group_set = None


def group_sets(context: Context) -> tuple[CourseGroupSet, ...]:
    """Give the sets from which staff may choose the sections, in the platform's order."""
    sets: dict[str, str] = (context.groups or {}).get("sets", {})
    return tuple(CourseGroupSet(id=id_, name=name) for id_, name in sets.items())


def section(member: Membership) -> str:
    """Give the one section in which a person is paired; empty if none is known.

    Of several it is the first by name, numbers in their order: "Team 2" before "Team 10". So each
    person is in one section, the same one every time.
    """
    known: dict[str, Any] = (member.context.groups or {}).get("groups", {})
    chosen = member.context.group_set
    names = [
        known.get(one, {}).get("name") or one
        for one in member.groups or ()
        if chosen is None or chosen in known.get(one, {}).get("sets", ())
    ]
    return min(names, key=_natural, default="")


def _natural(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts
    ], name
