"""A pairing as Markdown, for a wiki, a chat or a repository."""

from __future__ import annotations

import re

from peerloom.pairings import Pairing
from peerloom.reasons import hours

# Every sign that could start Markdown or HTML inside a table cell.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+!|~&@-])")


def to_markdown(pairing: Pairing) -> str:
    """Write the groups with their reasons, who is in none, and the certificate.

    Names and answers are escaped, so they show as they are. There is no e-mail address in it.
    """
    lines = [
        "# Groups of this round",
        "",
        "| group | people | common hours a week | score | why |",
        "| --: | :-- | --: | --: | :-- |",
    ]
    for number, group in enumerate(pairing.groups, start=1):
        names = "<br>".join(map(escape, group.names))
        names += "<br>(locked)" if pairing.is_locked(group) else ""
        why = "<br>".join(escape(str(reason)) for reason in pairing.explain(group))
        common = hours(group.common_minutes)
        lines.append(f"| {number} | {names} | {common} | {group.score} | {why} |")
    if pairing.relaxed:
        lines += ["", "## Exceptions from the rules", ""]
        lines += [f"- {escape(str(relaxation.reason))}" for relaxation in pairing.relaxed]
    if pairing.not_paired:
        names_by_id = {member.id: member.display_name for member in pairing.members}
        lines += ["", "## Not in a group this time", ""]
        lines += [
            f"- {escape(names_by_id[member])}: {escape(str(reason))}"
            for member, reason in pairing.not_paired.items()
        ]
    lines += ["", "## Certificate", ""]
    lines += [f"- {escape(str(sentence))}" for sentence in pairing.certificate().sentences()]
    lines += [
        "",
        f"Made with policy {escape(pairing.policy.name)}, seed {pairing.seed}, "
        f"week of {pairing.week.isoformat()}.",
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    r"""Escape a text so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> print(escape("a|b <i>*c*"))
    a\|b \<i\>\*c\*
    """
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
