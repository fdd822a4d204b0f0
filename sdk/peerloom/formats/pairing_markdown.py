"""A pairing as Markdown, for a wiki, a chat or a repository."""

from __future__ import annotations

from peerloom.formats.rounds_parts import escape, markdown_tail
from peerloom.pairings import Pairing
from peerloom.reasons import hours


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
    sentences = pairing.certificate().sentences()
    lines += markdown_tail(pairing, sentences, not_paired="Not in a group this time")
    return "\n".join(lines) + "\n"
