"""A pairing as CSV: one line for each person, for a mail merge and for next month's history."""

from __future__ import annotations

from peerloom.formats.rounds_parts import partners_of
from peerloom.formats.tables import csv_text
from peerloom.pairings import Pairing
from peerloom.reasons import hours

COLUMNS = (
    "group",
    "id",
    "name",
    "email",
    "partners",
    "score",
    "common_hours",
    "why",
    "locked",
    "exceptions",
    "seed",
    "week",
    "policy",
)


def to_csv(pairing: Pairing) -> str:
    """Write one line for each person; people in no group come last, with the reason.

    Cells that a spreadsheet would run as a formula start with an apostrophe.
    """
    people = {member.id: member for member in pairing.members}
    made_with = (pairing.seed, pairing.week.isoformat(), pairing.policy.name)
    rows: list[tuple[object, ...]] = [COLUMNS]
    for number, group in enumerate(pairing.groups, start=1):
        reasons = " ".join(str(reason) for reason in pairing.explain(group))
        for member in map(people.__getitem__, group.members):
            partners = partners_of(group, member.id)
            place = (number, member.id, member.name, member.email)
            common = hours(group.common_minutes)
            marks = ("yes" if pairing.is_locked(group) else "", _exceptions(pairing, member.id))
            rows.append((*place, partners, group.score, common, reasons, *marks, *made_with))
    for member_id, reason in pairing.not_paired.items():
        member = people[member_id]
        told = (member.id, member.name, member.email, "", "", "", reason)
        rows.append(("", *told, "", _exceptions(pairing, member.id), *made_with))
    return csv_text(rows)


def _exceptions(pairing: Pairing, member: str) -> str:
    return " ".join(str(relaxation.reason) for relaxation in pairing.relaxed_for(member))
