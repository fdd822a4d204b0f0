"""Which items find a place on an agenda, and how many minutes each of them gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from peerloom.mentoring.agenda_items import Candidate


def chosen(candidates: Iterable[Candidate], minutes: int) -> tuple[Candidate, ...]:
    """Choose the candidates that find a place, in the order given.

    Those with the lowest rank come first, and each needs its least minutes. Where not even one fits
    the first one has all the time.
    """
    candidates = tuple(candidates)
    left = minutes
    kept: set[int] = set()
    for place in sorted(range(len(candidates)), key=lambda place: candidates[place].rank):
        if candidates[place].least <= left:
            kept.add(place)
            left -= candidates[place].least
    if not kept:
        return (min(candidates, key=lambda candidate: candidate.rank),)
    return tuple(candidates[place] for place in sorted(kept))


def shared_out(candidates: Sequence[Candidate], minutes: int) -> list[int]:
    """Share out minutes exactly: the least for each, the rest by weight, whole by remainders.

    No candidate gets more than its most; where that leaves minutes over, the last one takes them.

    Returns
    -------
    list of int
        Minutes of each candidate, which add up to `minutes`.

    Notes
    -----
    O(c^2) for c candidates, of which there are few.
    """
    if len(candidates) == 1:
        return [minutes]
    given = [candidate.least for candidate in candidates]
    growing = list(range(len(candidates)))
    left = minutes - sum(given)
    while left and growing:
        weights = [candidates[place].weight for place in growing]
        total = sum(weights)
        parts = [left * weight // total for weight in weights]
        remainders = [-(left * weight % total) for weight in weights]
        for turn in sorted(range(len(growing)), key=remainders.__getitem__)[: left - sum(parts)]:
            parts[turn] += 1
        full = [
            place
            for place, part in zip(growing, parts, strict=True)
            if (most := candidates[place].most) is not None and given[place] + part >= most
        ]
        if not full:
            for place, part in zip(growing, parts, strict=True):
                given[place] += part
            return given
        for place in full:
            most = candidates[place].most or 0
            left -= most - given[place]
            given[place] = most
            growing.remove(place)
    given[-1] += left
    return given
