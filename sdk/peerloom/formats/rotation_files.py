"""A calendar of rounds as CSV, Markdown and JSON. As a history, all but Markdown are read again."""

from __future__ import annotations

import json

from peerloom.formats.rounds_parts import (
    escape,
    group_data,
    head_data,
    markdown_tail,
    not_paired_data,
    partners_of,
)
from peerloom.formats.tables import csv_text
from peerloom.reasons import hours
from peerloom.rotation.calendar import Rotation

COLUMNS = (
    "round",
    "group",
    "id",
    "name",
    "email",
    "partners",
    "score",
    "common_hours",
    "repeats",
    "seed",
    "week",
    "policy",
)


def to_csv(rotation: Rotation) -> str:
    """Write one line for each person in each round; who is in no group comes last in the round.

    Cells that a spreadsheet would run as a formula start with an apostrophe.
    """
    rows: list[tuple[object, ...]] = [COLUMNS]
    for number, pairing in enumerate(rotation.rounds, start=1):
        people = {member.id: member for member in pairing.members}
        made_with = (pairing.seed, pairing.week.isoformat(), pairing.policy.name)
        for place, group in enumerate(pairing.groups, start=1):
            for member in map(people.__getitem__, group.members):
                known = (group.score, hours(group.common_minutes), group.repeats)
                who = (member.id, member.name, member.email, partners_of(group, member.id))
                rows.append((number, place, *who, *known, *made_with))
        for one in pairing.not_paired:
            member = people[one]
            who = (member.id, member.name, member.email, "")
            rows.append((number, "", *who, "", "", "", *made_with))
    return csv_text(rows)


def to_markdown(rotation: Rotation) -> str:
    """Write a table with a line for each person and a column for each round.

    Names are escaped, so they show as they are. There is no e-mail address in it.
    """
    first = rotation.rounds[0]
    names = {
        member: name
        for pairing in rotation.rounds
        for group in pairing.groups
        for member, name in zip(group.members, group.names, strict=True)
    }
    display = {member.id: member.display_name for member in first.members}
    numbers = range(1, len(rotation.rounds) + 1)
    lines = [
        "# Rounds",
        "",
        "| person | " + " | ".join(f"round {number}" for number in numbers) + " |",
        "| :-- |" + " :-- |" * len(rotation.rounds),
    ]
    for member in rotation.people:
        partners = [
            ", ".join(escape(display[other]) for other in others)
            for others in rotation.partners(member)
        ]
        lines.append(f"| {escape(names[member])} | " + " | ".join(partners) + " |")
    sentences = rotation.certificate().sentences()
    lines += markdown_tail(first, sentences, not_paired="In no group")
    return "\n".join(lines) + "\n"


def to_json(rotation: Rotation) -> str:
    """Write everything but e-mail addresses and the reasons of each group."""
    first = rotation.rounds[0]
    document = {
        "format": "peerloom.rotation",
        "version": 1,
        **head_data(first),
        "score": rotation.score,
        "upper_bound": rotation.upper_bound,
        "gap": rotation.gap,
        "rounds": [
            {
                "round": number,
                "score": pairing.score,
                "upper_bound": pairing.upper_bound,
                "gap": pairing.gap,
                "groups": [group_data(group) for group in pairing.groups],
            }
            for number, pairing in enumerate(rotation.rounds, start=1)
        ],
        "trio_seats": dict(rotation.seats),
        "not_paired": not_paired_data(first),
        "certificate": rotation.certificate().to_dict(),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
