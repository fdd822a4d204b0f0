"""What can go wrong: each with a stable code, a sentence for the person, a detail for the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from peerloom.relaxations import Relaxation

MOST_SHOWN = 5
"""So many exceptions stand in the sentence of an error; the error itself holds all."""


class PeerloomError(ValueError):
    """The base of every error of this package.

    Parameters
    ----------
    sentence
        What went wrong and what to do about it, for the person.
    detail
        More for a log. It never holds names, e-mail addresses or answers of a person.

    Attributes
    ----------
    code : str
        Stable name of the kind of error.
    """

    code: ClassVar[str] = "peerloom"

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail or sentence


class AvailabilityError(PeerloomError):
    """Weekly times that cannot be read. `pieces` are the pieces in question."""

    code = "availability_invalid"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            "Cannot read the times. " + " ".join(f'"{piece}": {why}.' for piece, why in problems),
            detail=f"{len(problems)} piece(s) of an availability cannot be read",
        )
        self.problems = tuple(problems)

    @property
    def pieces(self) -> tuple[str, ...]:
        """The pieces that cannot be read, as they were written."""
        return tuple(piece for piece, _ in self.problems)


class UnknownZoneError(PeerloomError):
    """A time zone that is not in the IANA database. `suggestions` are names close to it."""

    code = "timezone_unknown"

    def __init__(self, name: str, suggestions: tuple[str, ...]) -> None:
        hint = f' Did you mean "{suggestions[0]}"?' if suggestions else ""
        super().__init__(
            f'Unknown time zone "{name}": use an IANA name such as "Europe/Berlin".{hint}'
        )
        self.name = name
        self.suggestions = suggestions


class MemberError(PeerloomError):
    """A member that cannot exist: no id, a level outside 1 to 5, or an id used twice."""

    code = "member_invalid"


class PolicyError(PeerloomError):
    """A policy that cannot be used; `field` and `expected` tell about a single field."""

    code = "policy_invalid"

    def __init__(self, sentence: str, *, field: str = "", expected: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        self.expected = expected


class InfeasibleError(PeerloomError):
    """Hard rules that cannot all hold.

    Parameters
    ----------
    relaxations
        The smallest change that helps: which rules give way, and for whom.
    """

    code = "rules_infeasible"

    def __init__(self, relaxations: Sequence[Relaxation]) -> None:
        shown = [str(relaxation.reason) for relaxation in relaxations[:MOST_SHOWN]]
        if len(relaxations) > MOST_SHOWN:
            shown.append(f"And {len(relaxations) - MOST_SHOWN} more.")
        super().__init__(
            "The hard rules cannot all hold. Change them, or accept the smallest exceptions "
            f"with which everybody finds a place: {' '.join(shown)}",
            detail=f"hard rules cannot all hold: {len(relaxations)} exception(s) would help",
        )
        self.relaxations = tuple(relaxations)


class RepairError(PeerloomError):
    """Too few groups may be touched to place everybody.

    Parameters
    ----------
    smallest
        With how many it works; None if the rules leave somebody without a group in any case.
    asked
        How many were allowed.
    """

    code = "repair_impossible"

    def __init__(self, smallest: int | None, asked: int | None) -> None:
        if smallest is None:
            sentence = (
                "With these rules and locked groups not everybody finds a place in a repair: "
                "pair everybody anew."
            )
        else:
            sentence = (
                f"Not everybody can be placed when at most {asked} groups are touched: "
                f"it takes {smallest}."
            )
        super().__init__(sentence)
        self.smallest = smallest
        self.asked = asked


class WeekError(PeerloomError):
    """A week or moment outside the calendar this package works with, or without a time zone."""

    code = "week_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing in a file that cannot be used.

    Parameters
    ----------
    line
        The line of the file, counted from 1; None where the whole file is meant.
    column
        The name of the column, or of the key in a policy file; None where no single one is meant.
    expected
        What should stand there.
    found
        What stands there.
    is_literal
        Whether `found` is text of the file, to be shown in quotes.
    """

    line: int | None = None
    column: str | None = None
    expected: str
    found: str
    is_literal: bool = True

    def __str__(self) -> str:
        kind = "key" if self.line is None else "column"
        parts = [] if self.line is None else [f"line {self.line}"]
        parts += [] if self.column is None else [f'{kind} "{self.column}"']
        place = f"{', '.join(parts)}: " if parts else ""
        # Another person's file may hold anything: what is shown stays on one line, and short.
        shown = self.found if self.found.isprintable() else ascii(self.found)[1:-1]
        shown = shown if len(shown) <= 80 else f"{shown[:79]}…"
        found = f'"{shown}"' if self.is_literal else shown
        return f"{place}expected {self.expected}, found {found}"


class FileError(PeerloomError):
    """A file that cannot be used. `problems` holds every problem, in the order of the file."""

    code = "file_invalid"

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(
            "\n".join(f"{name}: {problem}" for problem in problems),
            detail=f"{len(problems)} problem(s) in a file",
        )
        self.name = name
        self.problems = tuple(problems)


class MembersFileError(FileError):
    """A members file that cannot be used."""

    code = "members_file_invalid"


class HistoryFileError(FileError):
    """A history file that cannot be used."""

    code = "history_file_invalid"


class PolicyFileError(FileError):
    """A policy file that cannot be used."""

    code = "policy_file_invalid"
