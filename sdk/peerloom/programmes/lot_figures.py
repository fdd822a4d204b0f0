"""What the lot of a round can tell: whether a kind of partner makes people meet more often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from peerloom.criteria.bits import keys
from peerloom.lottery import equally_good
from peerloom.members import Member
from peerloom.mentoring.impact.lots import FEWEST_DRAWS, LotComparison, compare_by_lot
from peerloom.mentoring.session_outcomes import does_count
from peerloom.programmes.drawing import current_pairing
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.programme import Programme
from peerloom.programmes.rounds import Round
from peerloom.weeks import common_minutes

HOUR = 60


class LotError(ProgrammeError):
    """A round whose lot cannot be drawn again."""

    code = "lot_lost"

    def __init__(self) -> None:
        super().__init__(
            "The lot of this round cannot be drawn again: its groups were repaired, planned with "
            "other rounds or asked for, or answers that decided have changed since. Compare right "
            "after a round that was drawn by itself."
        )


def lots_of_round(
    programme: Programme, *, count: int = 2 * FEWEST_DRAWS
) -> dict[str, LotComparison]:
    """Compare people of the current round whom the lot gave a kind of partner, and denied one.

    How somebody fared is how many sessions of this round that count they took part in.

    Parameters
    ----------
    programme
        Settle its sessions first, see `settle_sessions`.
    count
        How many equally good groupings are drawn, the real one included; at least 100.

    Returns
    -------
    dict of str to LotComparison
        For "same_level", "can_teach" (something that one wants to learn) and "common_hour" (one at
        least, each week): what `compare_by_lot` finds.

    Raises
    ------
    LotError
        Where the recorded seed no longer gives the groups of the round.
    ProgrammeError
        Before the first round.
    ImpactError
        For fewer draws.

    Notes
    -----
    Each draw costs one pairing. Where people and policy are told apart finely, no two groupings are
    equally good: then no lot decided, and the comparisons say so.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.programmes.drawing import draw_round, keep_draft
    >>> from peerloom.programmes.membership import join
    >>> from peerloom.programmes.publishing import publish
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> people = [Member(id=f"{number:02d}", level=1 + number % 2) for number in range(8)]
    >>> school, _ = join(school, people, now=monday)
    >>> school = keep_draft(school, draw_round(school, now=monday, seed=1), now=monday)
    >>> found = lots_of_round(publish(school, now=monday), count=100)
    >>> list(found), found["can_teach"].people.value
    (['same_level', 'can_teach', 'common_hour'], 0)
    """
    pairing = current_pairing(programme)
    latest = max(programme.rounds, key=lambda one: one.number)
    groupings = list(equally_good(pairing, count=count))
    real = tuple(sorted(group.members for group in programme.current_groups))
    if groupings[0] != real or latest.repairs or _has_weighing_asks(programme, latest):
        raise LotError
    people = {one.id: one for one in pairing.members}
    outcomes = _meetings(programme)
    return {
        name: compare_by_lot(groupings, outcomes, cache(partial(_is_such, is_such, people)))
        for name, is_such in _kinds(latest).items()
    }


def _kinds(latest: Round) -> Mapping[str, Callable[[Member, Member], bool]]:
    """Give kinds of partners, from what was known before the groups were drawn."""
    week = latest.drawing.week
    return {
        "same_level": lambda one, other: one.level is not None and one.level == other.level,
        "can_teach": lambda one, other: bool(keys(one.learn).keys() & keys(other.teach).keys()),
        "common_hour": lambda one, other: common_minutes([one, other], week) >= HOUR,
    }


def _is_such(
    kind: Callable[[Member, Member], bool], people: Mapping[str, Member], one: str, other: str
) -> bool:
    return kind(people[one], people[other])


def _has_weighing_asks(programme: Programme, latest: Round) -> bool:
    """Whether asks of one side had a weight, which is not kept with a round."""
    before = [one.published_at for one in programme.rounds if one.number < latest.number]
    since = max(before, default=None)
    together = {frozenset(pair) for pair in latest.drawing.asked}
    return any(
        frozenset((ask.asker, ask.asked)) not in together
        and ask.made_at is not None
        and ask.made_at <= latest.published_at
        and (since is None or ask.made_at > since)
        for ask in programme.asks
    )


def _meetings(programme: Programme) -> dict[str, float]:
    """Count for everybody the sessions of their current group that count."""
    minutes = programme.policy.counting_minutes
    return {
        member: float(
            sum(
                does_count(session, counting_minutes=minutes) and member in session.attended
                for session in programme.sessions.of_group(group.id)
            )
        )
        for group in programme.current_groups
        for member in group.members
    }
