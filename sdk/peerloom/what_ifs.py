"""What if a member gave other answers, or had another hour: how many more partners would fit.

A member learns how many more partners would fit, and never who they are or what they answered:
only counts, none among few people, and only by criteria that everybody sees. Private blocks,
protected answers and asks play no part in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from peerloom.availability import MINUTES_OF_DAY, WeeklySlot
from peerloom.criteria import score_model
from peerloom.errors import MemberError
from peerloom.members import Member
from peerloom.reasons import N_, Reason
from peerloom.weeks import MINUTES_OF_WEEK, free_minutes, local_minutes, start_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peerloom.pairing.weights import IntArray
    from peerloom.pairings import Pairing

FEW = 5
"""With fewer other people nothing is counted: a count would tell about single ones."""

_NOT_ASKED = frozenset({"id", "name", "email", "blocked", "protected"})
_HOURS = MINUTES_OF_WEEK // 60
_BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWhatIf:
    """How many people would fit a member with other answers.

    Parameters
    ----------
    member
        The id.
    others
        How many other people take part whom the member has not met yet.
    fit_before, fit_after
        How many of them share enough free time with the member for a session a week. Among few
        people nothing is counted.
    better_before, better_after
        With how many of them the member would score higher than in the present group; None for a
        member who is in no group.
    """

    member: str
    others: int
    fit_before: int
    fit_after: int
    better_before: int | None = None
    better_after: int | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few people to say anything."""
        return self.others < FEW

    @property
    def more(self) -> int:
        """How many more partners would fit; negative for fewer."""
        return self.fit_after - self.fit_before

    def sentences(self) -> tuple[Reason, ...]:
        """Say it to the member in plain words."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Reason]:
        if self.is_hidden:
            yield _hidden()
            return
        yield Reason(
            code="what_if_time",
            template=N_(
                "People with enough common time for a session: {before} now, {after} with these "
                "answers."
            ),
            values={"before": self.fit_before, "after": self.fit_after},
        )
        if self.better_before is not None and self.better_after is not None:
            yield Reason(
                code="what_if_better",
                template=N_(
                    "People with whom you would score higher than in your group: {before} now, "
                    "{after} with these answers."
                ),
                values={"before": self.better_before, "after": self.better_after},
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToAdd:
    """An hour of the week that would make more partners fit.

    Parameters
    ----------
    slot
        The hour, on the member's own clock.
    more
        How many more people would then share enough time for a session.
    """

    slot: WeeklySlot
    more: int

    def sentence(self) -> Reason:
        """Say it to the member in plain words."""
        return Reason(
            code="what_if_free",
            template=_IF_FREE[self.slot.day],
            values={
                "time": f"{self.slot.start // 60:02d}:{self.slot.start % 60:02d}",
                "count": self.more,
            },
        )


# A sentence for each day: its name changes with the sentence in some languages.
_IF_FREE = (
    N_("If you were free on Mondays at {time}, {count} more partners would fit."),
    N_("If you were free on Tuesdays at {time}, {count} more partners would fit."),
    N_("If you were free on Wednesdays at {time}, {count} more partners would fit."),
    N_("If you were free on Thursdays at {time}, {count} more partners would fit."),
    N_("If you were free on Fridays at {time}, {count} more partners would fit."),
    N_("If you were free on Saturdays at {time}, {count} more partners would fit."),
    N_("If you were free on Sundays at {time}, {count} more partners would fit."),
)


def what_if_member(pairing: Pairing, member: str, **changes: Any) -> MemberWhatIf:
    """Count who would fit a member with other answers.

    Parameters
    ----------
    pairing
        The present round.
    member
        The id.
    **changes
        Fields of `Member`, such as ``availability``, ``teach``, ``learn``, ``topics`` or ``level``.

    Raises
    ------
    MemberError
        For somebody who is not known, or a field that is private or does not exist.

    Notes
    -----
    O(n) for n people, but for setting up their scores.

    Examples
    --------
    >>> from peerloom import Availability, pair
    >>> evening = Availability.parse("Tue 18:00-20:00")
    >>> people = [Member(id=f"p{number}", availability=evening) for number in range(8)]
    >>> pairing = pair([*people, Member(id="ada")])
    >>> found = what_if_member(pairing, "ada", availability=evening)
    >>> print(found.sentences()[0])
    People with enough common time for a session: 0 now, 8 with these answers.
    """
    wrong = sorted(set(changes) - {one.name for one in fields(Member)} | set(changes) & _NOT_ASKED)
    if wrong:
        raise MemberError(f'What if does not ask about "{wrong[0]}".')
    me, others = _me_and_others(pairing, member)
    changed = replace(me, **changes)
    if len(others) < FEW:
        return MemberWhatIf(member=member, others=len(others), fit_before=0, fit_after=0)
    before, after = (_common(one, others, pairing) for one in (me, changed))
    enough = _enough(pairing)
    own = next((group.score for group in pairing.groups if member in group.members), None)
    scores = [_scores(one, others, pairing) for one in (me, changed)]
    return MemberWhatIf(
        member=member,
        others=len(others),
        fit_before=int((before >= enough).sum()),
        fit_after=int((after >= enough).sum()),
        better_before=None if own is None else int((scores[0] > own).sum()),
        better_after=None if own is None else int((scores[1] > own).sum()),
    )


def times_to_add(pairing: Pairing, member: str, *, most: int = 3) -> tuple[TimeToAdd, ...]:
    """List the hours of the week that would make the most partners fit, the best first.

    Parameters
    ----------
    pairing
        The present round.
    member
        The id.
    most
        How many hours to list. Hours that help nobody are not listed, and none among few people.

    Raises
    ------
    MemberError
        For somebody who is not known.

    Examples
    --------
    >>> from peerloom import Availability, pair
    >>> evening = Availability.parse("Tue 18:00-19:00")
    >>> people = [Member(id=f"p{number}", availability=evening) for number in range(6)]
    >>> pairing = pair([*people, Member(id="ada")])
    >>> print(times_to_add(pairing, "ada")[0].sentence())
    If you were free on Tuesdays at 18:00, 6 more partners would fit.
    """
    me, others = _me_and_others(pairing, member)
    if len(others) < FEW:
        return ()
    start = start_of(pairing.week)
    hour = local_minutes(me.timezone, start, MINUTES_OF_WEEK) // 60
    busy = ~free_minutes([me], start, MINUTES_OF_WEEK)[0]
    per_hour = np.zeros((MINUTES_OF_WEEK, _HOURS), dtype=np.float32)
    per_hour[np.flatnonzero(busy), hour[busy]] = 1
    enough = _enough(pairing)
    more = np.zeros(_HOURS, dtype=np.int64)
    for first in range(0, len(others), _BLOCK):
        some = others[first : first + _BLOCK]
        free = free_minutes(some, start, MINUTES_OF_WEEK)
        common = free[:, ~busy].sum(axis=1)
        # float32 counts whole numbers up to 2**24 exactly.
        added = (free.astype(np.float32) @ per_hour).astype(np.int64)
        more += ((common[:, None] + added >= enough) & (common[:, None] < enough)).sum(axis=0)
    found = np.argsort(-more, kind="stable")[:most].tolist()
    return tuple(_time(number, int(more[number])) for number in found if more[number])


def _time(hour: int, more: int) -> TimeToAdd:
    day, minute = divmod(60 * hour, MINUTES_OF_DAY)
    return TimeToAdd(slot=WeeklySlot(day, minute, minute + 60), more=more)


def _hidden() -> Reason:
    return Reason(
        code="what_if_few",
        template=N_("Too few people take part to count them without telling about single ones."),
    )


def _me_and_others(pairing: Pairing, member: str) -> tuple[Member, list[Member]]:
    """Give a member, and everybody in a group whom the member has not met in an earlier round."""
    me = next((one for one in pairing.members if one.id == member), None)
    if me is None:
        raise MemberError(f'Nobody here has the id "{member}".')
    met = pairing.history.partners(member)
    placed = {one for group in pairing.groups for one in group.members} - met - {member}
    return me, [one for one in pairing.members if one.id in placed]


def _enough(pairing: Pairing) -> int:
    """Give the common minutes a week that a session takes."""
    return max(pairing.policy.session_minutes, pairing.policy.least_common_minutes)


def _common(me: Member, others: Sequence[Member], pairing: Pairing) -> IntArray:
    """Count the common minutes with each of the others, shape ``(others,)``."""
    start = start_of(pairing.week)
    mine = free_minutes([me], start, MINUTES_OF_WEEK)[0]
    common = np.zeros(len(others), dtype=np.int64)
    for first in range(0, len(others), _BLOCK):
        free = free_minutes(others[first : first + _BLOCK], start, MINUTES_OF_WEEK)
        common[first : first + _BLOCK] = free[:, mine].sum(axis=1)
    return common


def _scores(me: Member, others: Sequence[Member], pairing: Pairing) -> IntArray:
    """Score the pairs with each of the others by what everybody may see, shape ``(others,)``."""
    model = score_model([me, *others], pairing.policy, pairing.week, with_mix=False)
    heads = np.arange(1, len(others) + 1, dtype=np.int64)
    return model.values(np.zeros_like(heads), heads)
