"""Weekly times in which somebody is free, on the clock of their own wall."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from peerloom.errors import AvailabilityError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTES_OF_DAY = 24 * 60

_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = r"(\d{1,2})(?::(\d{2}))?"
_PIECE = re.compile(rf"(?P<days>[a-z,\s-]+?)\s*(?P<times>{_TIME}\s*-\s*{_TIME})", re.ASCII)
_EXPECTED = 'expected a day and two times such as "Mon 18:00-20:00"'


@dataclass(frozen=True, slots=True, order=True)
class WeeklySlot:
    """One stretch of one weekday, in minutes of the member's local day.

    Parameters
    ----------
    day
        0 for Monday to 6 for Sunday.
    start, end
        Minutes after midnight, ``0 <= start < end <= 1440``.

    Raises
    ------
    AvailabilityError
        For a day or a time outside these bounds.
    """

    day: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.day <= 6 or not 0 <= self.start < self.end <= MINUTES_OF_DAY:
            piece = f"day {self.day}, minutes {self.start} to {self.end}"
            raise AvailabilityError([(piece, "expected a day 0 to 6 and 0 <= start < end <= 1440")])


@dataclass(frozen=True, slots=True)
class Availability:
    """The weekly times in which a member is free: sorted, and never overlapping.

    Overlapping and touching slots are joined, so equal times are equal objects.

    Parameters
    ----------
    slots
        The weekly slots, in any order.

    Examples
    --------
    >>> evenings = Availability.parse("Sat 10:00-12:30; Mon-Fri 18-20")
    >>> str(evenings)
    'Mon-Fri 18:00-20:00; Sat 10:00-12:30'
    >>> evenings.minutes
    750
    >>> bool(Availability())
    False
    """

    slots: tuple[WeeklySlot, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", tuple(_joined(self.slots)))

    def __bool__(self) -> bool:
        return bool(self.slots)

    def __str__(self) -> str:
        return "; ".join(
            f"{_day_names(first, last)} {_clock(start)}-{_clock(end)}"
            for first, last, start, end in _runs(_over_midnight(self.slots))
        )

    @property
    def minutes(self) -> int:
        """Free minutes in an ordinary week, one without a change of the clocks."""
        return sum(slot.end - slot.start for slot in self.slots)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read times written like ``Mon 18:00-20:00; Sat 10:00-12:30``.

        Pieces stand apart by ``;`` or new lines. A piece is a day (``Mon`` or ``Monday``), a range
        (``Mon-Fri``) or a list of them (``Mon,Wed``), and two times. An end before the start lies
        on the next day: ``Fri 22:00-02:00``.

        Parameters
        ----------
        text
            The times; an empty text means that nothing is known.

        Raises
        ------
        AvailabilityError
            Naming every piece that cannot be read.
        """
        slots: list[WeeklySlot] = []
        problems: list[tuple[str, str]] = []
        for piece in filter(None, (part.strip() for part in re.split(r"[;\r\n]", text))):
            try:
                slots.extend(_read_piece(piece))
            except _PieceError as error:
                problems.append((piece, str(error)))
        if problems:
            raise AvailabilityError(problems)
        return cls(tuple(slots))


class _PieceError(Exception):
    """Why one piece cannot be read."""


def _read_piece(piece: str) -> Iterator[WeeklySlot]:
    match = _PIECE.fullmatch(piece.lower().replace("–", "-").replace("—", "-"))
    if match is None:
        raise _PieceError(_EXPECTED)
    start_hour, start_minute, end_hour, end_minute = match.groups()[2:]
    start = _minute(start_hour, start_minute)
    end = _minute(end_hour, end_minute)
    if start == end:
        raise _PieceError("it starts and ends at the same time; a whole day is 00:00-24:00")
    if start == MINUTES_OF_DAY:
        raise _PieceError("a time that starts at 24:00 belongs to the next day, at 00:00")
    for day in _read_days(match["days"]):
        if start < end:
            yield WeeklySlot(day, start, end)
        else:
            yield WeeklySlot(day, start, MINUTES_OF_DAY)
            if end > 0:
                yield WeeklySlot((day + 1) % 7, 0, end)


def _minute(hour: str, minute: str | None) -> int:
    total = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or total > MINUTES_OF_DAY:
        raise _PieceError("a time lies between 00:00 and 24:00")
    return total


def _read_days(text: str) -> Iterator[int]:
    for part in text.split(","):
        names = [_read_day(name.strip()) for name in part.split("-")]
        if len(names) > 2:
            raise _PieceError(_EXPECTED)
        # A range may run over Sunday: Fri-Mon is four days.
        for step in range((names[-1] - names[0]) % 7 + 1):
            yield (names[0] + step) % 7


def _read_day(name: str) -> int:
    for day, (short, long) in enumerate(zip(DAYS, _LONG_DAYS, strict=True)):
        if name in {short.lower(), long}:
            return day
    raise _PieceError(f'"{name}" is no day; expected one of {", ".join(DAYS)}')


def _joined(slots: Iterable[WeeklySlot]) -> Iterator[WeeklySlot]:
    """Sort, and join what overlaps or touches within a day."""
    last: WeeklySlot | None = None
    for slot in sorted(slots):
        if last is None:
            last = slot
        elif slot.day == last.day and slot.start <= last.end:
            last = WeeklySlot(last.day, last.start, max(last.end, slot.end))
        else:
            yield last
            last = slot
    if last is not None:
        yield last


def _over_midnight(slots: tuple[WeeklySlot, ...]) -> list[tuple[int, int, int]]:
    """Give (day, start, end) as people write it: one piece for a night, where that is possible.

    Only an end before the start can say "next day", so a stretch of a whole day and more stays in
    two pieces.
    """
    mornings = {slot.day: slot for slot in slots if slot.start == 0}
    pieces = []
    consumed = set()
    for slot in slots:
        morning = mornings.get((slot.day + 1) % 7)
        if slot.end == MINUTES_OF_DAY and morning is not None and morning.end < slot.start:
            consumed.add(morning)
            pieces.append((slot, morning.end))
        else:
            pieces.append((slot, slot.end))
    return [(slot.day, slot.start, end) for slot, end in pieces if slot not in consumed]


def _runs(pieces: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Join days in a row that have the same times: (first day, last day, start, end)."""
    runs = []
    by_time = sorted(pieces, key=lambda piece: (piece[1], piece[2], piece[0]))
    for (start, end), same_time in groupby(by_time, key=lambda piece: piece[1:]):
        days = [day for day, _, _ in same_time]
        # Days in a row keep the same distance to their place in the list.
        for _, row in groupby(enumerate(days), key=lambda item: item[1] - item[0]):
            in_a_row = [day for _, day in row]
            runs.append((in_a_row[0], in_a_row[-1], start, end))
    return sorted(runs, key=lambda run: (run[0], run[2], run[3]))


def _day_names(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
