"""Free time as boxes to tick, and back: the boxes hold whole hours, a text field holds the rest.

Together they say exactly what is stored, so saving an unchanged page changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.web.forms import DAYS
from peerloom import Availability, WeeklySlot

HOUR = 60


@dataclass(frozen=True, slots=True)
class Box:
    """One hour of one weekday."""

    value: str
    hour: int
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The 24 boxes of a weekday, 0 for Monday, and the free times in words."""

    day: int
    boxes: tuple[Box, ...]
    times: str


def boxes_of(availability: Availability) -> tuple[Day, ...]:
    """Return the seven days with the boxes ticked whose whole hour is free."""
    days = []
    for day in range(7):
        slots = [slot for slot in availability.slots if slot.day == day]
        boxes = tuple(
            Box(
                value=_piece(day, hour * HOUR, (hour + 1) * HOUR),
                hour=hour,
                is_ticked=any(
                    slot.start <= hour * HOUR and (hour + 1) * HOUR <= slot.end for slot in slots
                ),
            )
            for hour in range(24)
        )
        times = ", ".join(f"{_clock(slot.start)}–{_clock(slot.end)}" for slot in slots)
        days.append(Day(day, boxes, times))
    return tuple(days)


def rest_of(availability: Availability) -> str:
    """Return what the boxes cannot say, as text: the parts of hours."""
    parts = []
    for slot in availability.slots:
        first_full = -(-slot.start // HOUR) * HOUR
        last_full = slot.end // HOUR * HOUR
        if first_full >= last_full:
            parts.append(slot)
            continue
        if slot.start < first_full:
            parts.append(WeeklySlot(slot.day, slot.start, first_full))
        if last_full < slot.end:
            parts.append(WeeklySlot(slot.day, last_full, slot.end))
    return str(Availability(tuple(parts)))


def ticked(values: Sequence[str]) -> Availability:
    """Return the free time of posted boxes, which `ProfileForm` has checked."""
    return Availability.parse("; ".join(values))


def _piece(day: int, start: int, end: int) -> str:
    return f"{DAYS[day]} {_clock(start)}-{_clock(end)}"


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02d}:{minute % HOUR:02d}"
