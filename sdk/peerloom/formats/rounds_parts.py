"""What files about one round and about many have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from peerloom.pairings import Group, Pairing
from peerloom.reasons import Reason
from peerloom.schemas import PolicySchema

# Every sign that could start Markdown or HTML inside a table cell.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+!|~&@-])")


def partners_of(group: Group, member: str) -> str:
    """Name the others of a group, for a cell of a table."""
    named = zip(group.members, group.names, strict=True)
    return "; ".join(name for other, name in named if other != member)


def head_data(pairing: Pairing) -> dict[str, Any]:
    """Say for JSON how a round was made."""
    return {
        "policy": PolicySchema().dump(pairing.policy),
        "size": pairing.size,
        "seed": pairing.seed,
        "week": pairing.week.isoformat(),
    }


def group_data(group: Group) -> dict[str, Any]:
    """Give for JSON what is known about a group."""
    return {
        "members": list(group.members),
        "names": list(group.names),
        "score": group.score,
        "common_minutes": group.common_minutes,
        "repeats": group.repeats,
    }


def not_paired_data(pairing: Pairing) -> list[dict[str, Any]]:
    """List for JSON who is in no group."""
    names = {member.id: member.display_name for member in pairing.members}
    return [
        {"member": member, "name": names[member], "reason": reason.to_dict()}
        for member, reason in pairing.not_paired.items()
    ]


def markdown_tail(pairing: Pairing, sentences: Iterable[Reason], *, not_paired: str) -> list[str]:
    """List as Markdown who is in no group, what is proven, and how a round was made.

    Parameters
    ----------
    pairing
        The round, or the first of many.
    sentences
        Of the certificate.
    not_paired
        The heading over those who are in no group.
    """
    lines = []
    if pairing.not_paired:
        names = {member.id: member.display_name for member in pairing.members}
        lines += ["", f"## {not_paired}", ""]
        lines += [
            f"- {escape(names[member])}: {escape(str(reason))}"
            for member, reason in pairing.not_paired.items()
        ]
    lines += ["", "## Certificate", ""]
    lines += [f"- {escape(str(sentence))}" for sentence in sentences]
    made_with = (
        f"Made with policy {escape(pairing.policy.name)}, seed {pairing.seed}, "
        f"week of {pairing.week.isoformat()}."
    )
    return [*lines, "", made_with]


def escape(text: str) -> str:
    r"""Escape a text so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> print(escape("a|b <i>*c*"))
    a\|b \<i\>\*c\*
    """
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
