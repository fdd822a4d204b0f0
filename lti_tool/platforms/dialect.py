"""The form in which each family of platforms says what is special about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

HISTORY = "peerloom_history"
"""The custom parameter that brings the courses from which a course was copied."""
GROUPS = "peerloom_groups"
"""The custom parameter that brings the groups or sections of a person."""

KIND = "peerloom_kind"
"""The custom parameter of a link that says what was placed."""
POINTS = "peerloom_points"
"""The custom parameter of a link whose teacher asked for a column of so many points."""

MOST_IDS = 1000
"""Ids of one list that are read: Canvas itself stops its history there."""
MOST_GROUPS = 50
"""Groups of one person that are read."""

_LONGEST_ID = 255


def split_ids(text: str) -> tuple[str, ...]:
    """Read a list of ids with commas between them, each written as in an address.

    LTI Core 1.3, appendix B, writes the history variables so. Repeats, blank and overlong ids, and
    those with characters that nobody sees are left out.

    Examples
    --------
    >>> split_ids("7,a%2Cb, 7,,9")
    ('7', 'a,b', '9')
    """
    ids = [unquote(part.strip()) for part in text.split(",")[: MOST_IDS + 1]]
    return tuple(dict.fromkeys(one for one in ids if _is_id(one)))


def _is_id(text: str) -> bool:
    # Controls and lone surrogates would stop the database; a line in an address may hide them.
    return text.isprintable() and 0 < len(text) <= _LONGEST_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What is special about one family of platforms.

    Parameters
    ----------
    name
        What people call it.
    families
        The product family codes by which it calls itself, in lower case.
    known_by
        A part of the address of its token endpoint, for those that do not say their family.
    variables
        The custom parameters that bring what the tool wants to know, by our own names for them.
    split_groups
        Reads the groups of a person from `GROUPS`.
    asks_roster_by_context
        Whether a roster asked for by the id of the course as a link is the roster of everybody,
        with the custom parameters of each.
    audience
        The `aud` of token requests, where it is not the token endpoint and a registration does not
        say it.
    column_extension, score_extension
        What goes with a new column and with each score.
    foreign_column_mark
        The key that is true in columns which we see and may not write to; empty if there is none.
    splits_user_id
        Whether a user id may come back as an address that ends in it.
    tool_extension
        What dynamic registration says of the tool beside the standard's words.
    message_extensions
        What it says of each kind of message: where in the platform the tool is found.
    """

    name: str = "LTI"
    families: frozenset[str] = frozenset()
    known_by: str = ""
    variables: Mapping[str, str] = field(default_factory=lambda: {HISTORY: "$Context.id.history"})
    split_groups: Callable[[str], tuple[str, ...] | None] = split_ids
    asks_roster_by_context: bool = False
    audience: str | None = None
    column_extension: Mapping[str, Any] = field(default_factory=dict)
    score_extension: Mapping[str, Any] = field(default_factory=dict)
    foreign_column_mark: str = ""
    splits_user_id: bool = False
    tool_extension: Mapping[str, Any] = field(default_factory=dict)
    message_extensions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def read_groups(self, custom: Mapping[str, str]) -> tuple[str, ...] | None:
        """Give the groups of a person from their custom parameters; None if they do not tell."""
        text = custom.get(GROUPS)
        groups = None if text is None else self.split_groups(text)
        return None if groups is None else groups[:MOST_GROUPS]

    def read_history(self, custom: Mapping[str, str]) -> tuple[str, ...]:
        """Give the courses from which this one was copied, the newest first."""
        # Canvas writes this word in the place of what it leaves out (lib/lti/variable_expander.rb).
        return tuple(one for one in split_ids(custom.get(HISTORY, "")) if one != "truncated")

    def is_same_user(self, told: str, ours: str) -> bool:
        """Tell whether a user id of the gradebook is the `sub` that we know."""
        if not self.splits_user_id:
            return told == ours
        return told.rpartition("/")[2] == ours.rpartition("/")[2]


PLAIN = Dialect()
"""A platform of which nothing special is known."""
