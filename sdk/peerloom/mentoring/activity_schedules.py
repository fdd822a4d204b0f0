"""A script set to a clock: each step with its minutes, and who does what in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from peerloom.mentoring.activities import Activity
from peerloom.mentoring.activity_steps import ActivityError, Role, Seat, Step, times
from peerloom.mentoring.sessions import Part
from peerloom.mentoring.words import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """What one member does in a step.

    Parameters
    ----------
    member
        Who.
    seat
        On which seat.
    role
        What they do.
    prompts
        Words to begin with, for them only.
    """

    member: str
    seat: Seat
    role: Role
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedStep:
    """A step with its time.

    Parameters
    ----------
    starts
        Minutes after the beginning of the session.
    minutes
        How long it lasts.
    title, text, prompts
        As in the script.
    turn
        Whose turn it is; None for a step that is not in turn.
    seated
        What each member does, in the order of the seats.
    """

    starts: int
    minutes: int
    title: str
    text: str
    prompts: tuple[str, ...] = ()
    turn: str | None = None
    seated: tuple[Seated, ...]

    @property
    def ends(self) -> int:
        """Minutes after the beginning of the session at which it is over."""
        return self.starts + self.minutes

    def role(self, member: str) -> Role:
        """Give what a member does.

        Raises
        ------
        ActivityError
            For somebody who does not take part.
        """
        for one in self.seated:
            if one.member == member:
                return one.role
        raise ActivityError("This person does not take part: choose one of the members.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """An activity as certain people do it in a certain time.

    Parameters
    ----------
    activity
        The id of the activity.
    members
        Who takes part, in the order in which they take their turns.
    minutes
        How long it takes: exactly what the steps add up to.
    steps
        What happens, in order.
    parts
        For each member how many minutes they teach, learn and listen, for the ledger.
    left_out
        The titles of optional steps for which there is no time.
    """

    activity: str
    members: tuple[str, ...]
    minutes: int
    steps: tuple[TimedStep, ...]
    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "activity": self.activity,
            "members": list(self.members),
            "minutes": self.minutes,
            "steps": [_plain_step(step) for step in self.steps],
            "parts": [
                {
                    "member": part.member,
                    "taught": part.taught,
                    "learned": part.learned,
                    "listened": part.listened,
                }
                for part in self.parts
            ],
            "left_out": list(self.left_out),
        }


def schedule(
    activity: Activity,
    members: Sequence[str],
    minutes: int,
    *,
    lead: str | None = None,
    seed: int = 0,
) -> Schedule:
    """Set a script to the clock, so that its steps fill the minutes exactly.

    Every step keeps its least minutes. What is left is shared out in proportion to how much each
    step can change, in whole minutes, by largest remainders. Turns are all of the same length, so
    the few minutes that do not share out go to steps that are not in turn. Where even the least
    minutes do not fit, optional steps are left out, the last one first.

    Parameters
    ----------
    activity
        The script.
    members
        Ids of those who take part, in any order.
    minutes
        How long it should take, from ``activity.shortest(size)`` to ``activity.longest(size)``.
    lead
        Who sits on the first seat first. Give the one who has taught the least for a script in
        which the first seat teaches.
    seed
        Decides who that is where nobody is named. The number of the session lets each begin in
        turn.

    Raises
    ------
    ActivityError
        For people or minutes that it does not fit; the sentence says what would fit.

    Notes
    -----
    O(steps * members).

    Examples
    --------
    >>> from peerloom.mentoring.activity_files import built_in_activities
    >>> plan = schedule(built_in_activities()["teach_off"], ["bo", "ada"], 45)
    >>> sum(step.minutes for step in plan.steps)
    45
    >>> [(part.member, part.taught, part.learned) for part in plan.parts]
    [('ada', 9, 9), ('bo', 9, 9)]
    """
    order = _order(members, lead, seed)
    size = len(order)
    if not activity.fits(size, minutes):
        raise _misfit(activity, size, minutes)
    kept, left_out = _kept(activity.steps, size, minutes)
    lengths = _lengths(kept, size, minutes)
    steps: list[TimedStep] = []
    starts = 0
    for place, turn in _walk(kept, size):
        step = kept[place]
        turned = order[turn or 0 :] + order[: turn or 0]
        timed = TimedStep(
            starts=starts,
            minutes=lengths[place],
            title=step.title,
            text=step.text,
            prompts=step.prompts,
            turn=None if turn is None else order[turn],
            seated=tuple(_seated(step, number, one) for number, one in enumerate(turned)),
        )
        steps.append(timed)
        starts = timed.ends
    return Schedule(
        activity=activity.id,
        members=order,
        minutes=minutes,
        steps=tuple(steps),
        parts=tuple(_part(one, steps) for one in sorted(order)),
        left_out=left_out,
    )


def _order(members: Sequence[str], lead: str | None, seed: int) -> tuple[str, ...]:
    order = tuple(sorted(identifier(one, "members") for one in members))
    if len(set(order)) < len(order):
        raise ActivityError.of_field("members", "each member once")
    if lead is not None and lead not in order:
        raise ActivityError.of_field("lead", "one of the members")
    first = 0 if not order else seed % len(order) if lead is None else order.index(lead)
    return order[first:] + order[:first]


def _misfit(activity: Activity, size: int, minutes: int) -> ActivityError:
    if size not in activity.sizes:
        sizes = ", ".join(map(str, activity.sizes))
        return ActivityError(
            f'"{activity.title}" is for groups of {sizes}, not {size}: choose another activity.',
            field="members",
            expected=f"a group of {sizes}",
        )
    fitting = f"{activity.shortest(size)} to {activity.longest(size)} minutes"
    return ActivityError(
        f'"{activity.title}" takes {fitting} with {size} people, not {minutes}: '
        "choose another length or another activity.",
        field="minutes",
        expected=fitting,
    )


def _kept(
    steps: Sequence[Step], size: int, minutes: int
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Leave out optional steps, the last one first, until the least minutes fit."""
    kept = list(steps)
    left_out: list[str] = []
    for place in reversed(range(len(steps))):
        if sum(one.shortest * times(one, size) for one in kept) <= minutes:
            break
        if steps[place].is_optional:
            left_out.append(kept.pop(place).title)
    return tuple(kept), tuple(reversed(left_out))


def _lengths(steps: Sequence[Step], size: int, minutes: int) -> list[int]:
    """Give each step its minutes; a step in turn has the same each time."""
    slack = sum(step.slack * times(step, size) for step in steps)
    left = minutes - sum(step.shortest * times(step, size) for step in steps)
    exact = [step.shortest + Fraction(step.slack * left, slack) for step in steps]
    lengths = [int(length) for length in exact]
    left = minutes - sum(
        length * times(step, size) for step, length in zip(steps, lengths, strict=True)
    )
    places = sorted(range(len(steps)), key=lambda place: lengths[place] - exact[place])
    for place in places:
        cost = times(steps[place], size)
        if lengths[place] < exact[place] and cost <= left:
            lengths[place] += 1
            left -= cost
    # What is still left is less than a minute for each member.
    roomy = max(
        (place for place, step in enumerate(steps) if not step.in_turn),
        key=lambda place: (steps[place].slack, -place),
    )
    lengths[roomy] += left
    return lengths


def _walk(steps: Sequence[Step], size: int) -> Iterator[tuple[int, int | None]]:
    """Give the places of the steps as they happen, each with whose turn it is."""
    block: list[int] = []
    for place, step in enumerate(steps):
        if step.in_turn:
            block.append(place)
            continue
        yield from ((one, turn) for turn in range(size) for one in block)
        block = []
        yield place, None
    yield from ((one, turn) for turn in range(size) for one in block)


def _seated(step: Step, number: int, member: str) -> Seated:
    seat = tuple(Seat)[min(number, 2)]
    script = step.seat(seat)
    return Seated(member=member, seat=seat, role=script.role, prompts=script.prompts)


def _part(member: str, steps: Sequence[TimedStep]) -> Part:
    def total(role: Role) -> int:
        return sum(step.minutes for step in steps if step.role(member) is role)

    return Part(
        member=member,
        taught=total(Role.TEACHES),
        learned=total(Role.LEARNS),
        listened=total(Role.LISTENS),
    )


def _plain_step(step: TimedStep) -> dict[str, Any]:
    return {
        "starts": step.starts,
        "minutes": step.minutes,
        "title": step.title,
        "text": step.text,
        "prompts": list(step.prompts),
        "turn": step.turn,
        "seated": [
            {
                "member": one.member,
                "seat": str(one.seat),
                "role": str(one.role),
                "prompts": list(one.prompts),
            }
            for one in step.seated
        ],
    }
