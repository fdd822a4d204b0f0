"""The recorded lottery: whenever groupings are equally good, a seed decides, and anybody can check.

Who is with whom by lot, and not by merit, makes an honest comparison group: how people fare who
were drawn together against those who could have been just as well. Drawing again with other seeds
says how likely each pair was (A. Abdulkadiroğlu, J. Angrist, Y. Narita and P. Pathak, "Research
design meets market design: using centralized assignment for impact evaluation", Econometrica 85,
2017).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

from peerloom.members import Member
from peerloom.reasons import N_, Reason
from peerloom.tasks import task_of

if TYPE_CHECKING:
    from peerloom.pairings import Pairing
    from peerloom.placement import Task
    from peerloom.placements import Placement

METHOD = "peerloom.pair"

# A name decides nothing.
_DECIDING = tuple(one.name for one in fields(Member) if one.name not in {"name", "email"})
# What is private stays out, as few answers could be guessed from a digest.
_PUBLIC = tuple(name for name in _DECIDING if name not in {"blocked", "protected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryRecord:
    """What anybody needs to draw the same groups again, and to see that nothing was changed.

    Parameters
    ----------
    method, version
        What drew.
    seed
        Decided between equally good groupings.
    week, size
        As for the pairing.
    digest
        SHA-256 of the members, the policy, the history and the groups that stayed locked as
        canonical JSON, without anything private: no names, e-mail addresses, blocks, protected
        answers or asks.
    full_digest
        SHA-256 of all that decides: of the same, and of the blocks, protected answers, asks and
        locked groups that were given. It shows no word of them, but who knows all the rest could
        try out guesses. So it stays with the one who paired: no text and no file holds it.
    """

    method: str
    version: str
    seed: int
    week: date
    size: int
    digest: str
    full_digest: str = field(repr=False)

    def sentence(self) -> Reason:
        """Say it in plain words."""
        return Reason(
            code="lottery",
            template=N_(
                "Where groupings are equally good, the recorded seed {seed} decides. The same "
                "members, rules, earlier rounds, asks, private refusals and seed give the same "
                "groups (fingerprint of all that is not private: {digest})."
            ),
            # As text: a seed is a name, and no language sets points or commas into it.
            values={"seed": str(self.seed), "digest": self.digest[:12]},
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything but `full_digest` as plain data for JSON."""
        return {
            "method": self.method,
            "version": self.version,
            "seed": self.seed,
            "week": self.week.isoformat(),
            "size": self.size,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How often each two people are together when other seeds decide.

    Parameters
    ----------
    record
        Of the pairing itself.
    count
        How many draws there were, that of the pairing included.
    times
        For each pair of ids, sorted, in how many of them they were together; 0 is not listed.
    different
        How many different groupings came up.
    """

    record: LotteryRecord
    count: int
    times: Mapping[tuple[str, str], int] = field(hash=False)
    different: int

    def share(self, one: str, other: str) -> float:
        """Give the part of the draws in which two people are together, 0.0 to 1.0."""
        return self.times.get((min(one, other), max(one, other)), 0) / self.count

    @property
    def by_lot(self) -> tuple[tuple[str, str], ...]:
        """The pairs whom the lot put together in some draws and not in others."""
        return tuple(sorted(pair for pair, times in self.times.items() if times < self.count))

    def sentence(self) -> Reason:
        """Say in plain words whether a lot decided anything."""
        if self.different == 1:
            return Reason(
                code="no_lot",
                template=N_("All {count} draws gave the same groups: no lot decided anything."),
                values={"count": self.count},
            )
        return Reason(
            code="by_lot",
            template=N_(
                "{count} draws gave {different} groupings that are equally good. "
                "People for whom the lot decided with whom they are: {people}."
            ),
            values={
                "count": self.count,
                "different": self.different,
                "people": len({one for pair in self.by_lot for one in pair}),
            },
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON; pairs as lists of ids with their times."""
        return {
            "record": self.record.to_dict(),
            "count": self.count,
            "different": self.different,
            "pairs": [[*pair, times] for pair, times in sorted(self.times.items())],
        }


def lottery_record(pairing: Pairing) -> LotteryRecord:
    """Record the lot of a pairing.

    Examples
    --------
    >>> from peerloom import pair
    >>> people = [Member(id=name) for name in ("ada", "bo", "cy", "di")]
    >>> record = lottery_record(pair(people, seed=7))
    >>> record.seed, record.digest == lottery_record(pair(people[::-1], seed=8)).digest
    (7, True)
    """
    from importlib.metadata import version  # slow to import, and seldom needed

    return LotteryRecord(
        method=METHOD,
        version=version("peerloom"),
        seed=pairing.seed,
        week=pairing.week,
        size=pairing.size,
        digest=digest_of(_inputs(pairing, _PUBLIC)),
        full_digest=digest_of([_inputs(pairing, _DECIDING), pairing.wishes_digest]),
    )


def digest_of(document: object) -> str:
    """Give the SHA-256 of plain data as canonical JSON."""
    text = json.dumps(document, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def draws(pairing: Pairing, *, count: int = 100) -> Draws:
    """Draw again with the next seeds, and count who is together in equally good groupings.

    Parameters
    ----------
    pairing
        Asks of one side are not kept with it, so they have no weight in the draws.
    count
        How many draws, that of the pairing's own seed included; at least 1. A draw that is not as
        good, as can happen for trios and circles, does not count.

    Returns
    -------
    Draws
        The shares are those of this method, not of all equally good groupings alike.

    Notes
    -----
    Each draw costs one pairing.

    Examples
    --------
    >>> from peerloom import pair
    >>> people = [Member(id=name) for name in ("ada", "bo", "cy", "di")]
    >>> drawn = draws(pair(people), count=30)
    >>> drawn.different, len(drawn.by_lot), round(sum(drawn.times.values()) / drawn.count)
    (3, 6, 2)
    """
    times: Counter[tuple[str, str]] = Counter()
    groupings = list(equally_good(pairing, count=count))
    for groups in groupings:
        for group in groups:
            times.update(combinations(group, 2))
    return Draws(
        record=lottery_record(pairing),
        count=len(groupings),
        times=dict(sorted(times.items())),
        different=len(set(groupings)),
    )


def equally_good(pairing: Pairing, *, count: int = 100) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Draw again with the next seeds, and give the groupings that are as good as the first.

    Parameters
    ----------
    pairing, count
        As for `draws`.

    Yields
    ------
    tuple of tuple of str
        Sorted groups of sorted ids, first those of the pairing's own seed. A grouping comes as
        often as it is drawn.

    Examples
    --------
    >>> from peerloom import pair
    >>> pairing = pair([Member(id=name) for name in ("ada", "bo", "cy", "di")])
    >>> next(equally_good(pairing)) == tuple(group.members for group in pairing.groups)
    True
    """
    if count < 1:
        raise ValueError("at least one draw is needed")
    task = task_of(pairing)
    wanted: tuple[int, ...] | None = None
    for seed in range(pairing.seed, pairing.seed + count):
        placement = replace(task, seed=seed).place()
        merit = _merit(task, placement)
        wanted = merit if wanted is None else wanted
        if merit == wanted:
            yield tuple(
                sorted(
                    tuple(sorted(task.members[place].id for place in group))
                    for group in placement.groups
                )
            )


def _merit(task: Task, placement: Placement) -> tuple[int, ...]:
    """Say how good groups are: what was relaxed, whom they leave out, repeats, score, the worst."""
    problem = task.problem(is_strict=False)
    lowest = placement.price.worst_after if placement.price else 0
    return (
        len(placement.relaxed),
        len(placement.unplaced),
        problem.penalty(placement.groups),
        placement.score,
        lowest,
    )


def _inputs(pairing: Pairing, names: Sequence[str]) -> dict[str, Any]:
    """Give what a pairing was made from, of the members only some fields."""
    from peerloom.schemas import PolicySchema  # slow to import, and seldom needed

    return {
        "members": [
            {name: _plain(getattr(member, name)) for name in names} for member in pairing.members
        ],
        "policy": PolicySchema().dump(pairing.policy),
        "history": [
            [[sorted(group.members), group.met] for group in groups]
            for groups in pairing.history.rounds
        ],
        "locked": [list(group) for group in pairing.locked],
        "week": pairing.week.isoformat(),
        "size": pairing.size,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    return value if isinstance(value, (str, int, bool, tuple, type(None))) else str(value)
