"""Published groups for other tools: CSV for a mail merge, Markdown, and text for e-mails.

There is nothing private in them: who is together, why, from what everybody told, and first times
at which all are free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import quote
from typing import Any

from peerloom.formats.rounds_parts import escape
from peerloom.formats.tables import csv_text
from peerloom.members import Member, labels
from peerloom.mentoring.agreement_changes import rhythm_of, session_minutes_of
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.rhythms import next_times
from peerloom.policy import Policy
from peerloom.programmes.past import history
from peerloom.programmes.programme import Programme
from peerloom.reasons import Reason
from peerloom.rounds import History
from peerloom.slots import Slot
from peerloom.why import why
from peerloom.zones import zone

COLUMNS = ("round", "group", "id", "name", "email", "timezone", "partners", "why", "first_times")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSheet:
    """What may be told of a group to everybody in it, and to staff.

    Parameters
    ----------
    group
        The group.
    members
        Those of its people who were not erased.
    reasons
        Why they are together.
    times
        The first times at which all are free; empty for a group that has ended.
    """

    group: PublishedGroup
    members: tuple[Member, ...]
    reasons: tuple[Reason, ...]
    times: tuple[Slot, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What to call the members, so that two with one name are told apart."""
        return labels(self.members)

    def others(self, member: Member) -> tuple[str, ...]:
        """Name the others."""
        named = zip(self.members, self.names, strict=True)
        return tuple(name for other, name in named if other.id != member.id)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON, without e-mail addresses."""
        return {
            "id": self.group.id,
            "round": self.group.round,
            "published_at": self.group.published_at.isoformat(),
            "ended_at": None if self.group.ended_at is None else self.group.ended_at.isoformat(),
            "members": [one.id for one in self.members],
            "names": list(self.names),
            "reasons": [one.to_dict() for one in self.reasons],
            "times": [
                {"starts_at": one.starts_at.isoformat(), "minutes": one.minutes}
                for one in self.times
            ],
        }


def group_sheets(
    programme: Programme, groups: Iterable[PublishedGroup], *, now: datetime, limit: int = 3
) -> tuple[GroupSheet, ...]:
    """Collect what may be told of groups.

    Parameters
    ----------
    programme
        Any.
    groups
        Some of its groups.
    now
        The present moment; aware. Times are looked for after it.
    limit
        How many times at most.

    Notes
    -----
    O(n) for n groups, after who met whom was collected once for each of their rounds.
    """
    met: dict[int, History] = {}
    sheets = []
    for group in groups:
        if group.round not in met:
            met[group.round] = history(programme, before=group.round)
        found = (programme.members.get(one) for one in group.members)
        people = tuple(one.profile for one in found if one is not None)
        drawing = programme.rounds[group.round].drawing
        reasons = (
            why(people, drawing.policy, drawing.week, met[group.round]) if len(people) > 1 else ()
        )
        times = (
            _times(programme.policy, group, people, now, limit)
            if group.ended_at is None and len(people) > 1
            else ()
        )
        sheets.append(GroupSheet(group=group, members=people, reasons=reasons, times=times))
    return tuple(sheets)


def _times(
    policy: Policy, group: PublishedGroup, people: Sequence[Member], now: datetime, limit: int
) -> tuple[Slot, ...]:
    """Find times from what everybody told: when the group has met is not for an export."""
    return next_times(
        people,
        rhythm_of(policy, None, group),
        (),
        start=group.published_at.astimezone(zone(people[0].timezone)).date(),
        now=now,
        minutes=session_minutes_of(policy, None, group),
        limit=limit,
    ).slots


def groups_csv(sheets: Sequence[GroupSheet]) -> str:
    """Write one line for each person, for a mail merge.

    Times are on the person's own clock. Cells that a spreadsheet would run as a formula start with
    an apostrophe.
    """
    rows: list[tuple[object, ...]] = [COLUMNS]
    for sheet in sheets:
        reasons = " ".join(map(str, sheet.reasons))
        for member in sheet.members:
            times = "; ".join(_clock(one, member.timezone) for one in sheet.times)
            partners = "; ".join(sheet.others(member))
            place = (sheet.group.round, sheet.group.id, member.id, member.name, member.email)
            rows.append((*place, member.timezone, partners, reasons, times))
    return csv_text(rows)


def groups_markdown(sheets: Sequence[GroupSheet], *, title: str, timezone: str) -> str:
    """Write a table of groups, without e-mail addresses.

    Parameters
    ----------
    sheets
        The groups.
    title
        The heading.
    timezone
        On whose clock the times are: an IANA name.
    """
    lines = [
        f"# {escape(title)}",
        "",
        f"| group | people | why | first times ({escape(timezone)}) |",
        "| :-- | :-- | :-- | :-- |",
    ]
    for sheet in sheets:
        cells = (
            [sheet.group.id],
            sheet.names,
            [str(one) for one in sheet.reasons],
            [_clock(one, timezone) for one in sheet.times],
        )
        shown = ("<br>".join(map(escape, cell)) for cell in cells)
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def groups_mail(sheets: Sequence[GroupSheet], *, title: str) -> str:
    """Write one message for each group, to be copied into a mail program.

    Messages stand apart by a line of hyphens. Times are on everybody's clock.

    Parameters
    ----------
    sheets
        The groups.
    title
        What people call the programme.
    """
    return f"\n{'-' * 72}\n\n".join(_message(sheet, title) for sheet in sheets)


def _message(sheet: GroupSheet, title: str) -> str:
    lines = [f"To: {', '.join(_address(one) for one in sheet.members if one.email)}"]
    if missing := [
        name for one, name in zip(sheet.members, sheet.names, strict=True) if not one.email
    ]:
        lines.append(f"No address is known of: {', '.join(missing)}")
    lines += [f"Subject: {title}: your group", "", f"Hello {_listed(sheet.names)},", ""]
    lines += [f'you are a group in "{title}".', ""]
    if sheet.reasons:
        lines += ["Why you are together:", *(f"- {one}" for one in sheet.reasons), ""]
    if sheet.times:
        lines.append("Times at which all of you are free:")
        clocks = list(dict.fromkeys(one.timezone for one in sheet.members))
        for slot in sheet.times:
            said = " = ".join(f"{_clock(slot, clock)} ({clock})" for clock in clocks)
            lines.append(f"- {said}")
        lines.append("")
    else:
        lines += ["Choose a first time together: half an hour is fine.", ""]
    lines.append("Write to each other, and settle the first session.")
    return "\n".join(lines) + "\n"


def _address(member: Member) -> str:
    return f'"{quote(member.display_name)}" <{member.email}>'


def _clock(slot: Slot, timezone: str) -> str:
    return slot.starts_at.astimezone(zone(timezone)).strftime("%a %Y-%m-%d %H:%M")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
