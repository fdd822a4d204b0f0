"""Lists of words that people share: topics, challenges, goals, languages, ways to meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

from peerloom.criteria.bits import Numbers, Said, keys
from peerloom.criteria.scale import points_of
from peerloom.members import Member
from peerloom.pairing.profiles import SharedBits
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedList:
    """A list of words, and what it says when two people share some.

    Parameters
    ----------
    quality
        For 0, 1, 2 ... words in common, and the last for all beyond. The first one opens the door,
        further ones add less, and a long list buys nothing more.
    of_two, of_more
        Sentences for a pair, and for a larger group, with the words under the name of the list.
    unknown
        The sentence where somebody has named nothing.
    none
        The sentence where everybody has, and nothing is shared; empty for none.
    """

    quality: tuple[int, ...]
    of_two: str
    of_more: str
    unknown: str
    none: str = ""


LISTS: Mapping[str, SharedList] = MappingProxyType(
    {
        "topics": SharedList(
            quality=(0, 500, 800, 1000),
            of_two=N_("You share these topics: {topics}."),
            of_more=N_("Topics that at least two of you share: {topics}."),
            unknown=N_("Not everybody has named topics yet: they would show what you share."),
        ),
        "challenges": SharedList(
            quality=(0, 500, 800, 1000),
            of_two=N_("You share these challenges: {challenges}."),
            of_more=N_("Challenges that at least two of you share: {challenges}."),
            unknown=N_("Not everybody has named challenges yet: they would show what you share."),
        ),
        "goals": SharedList(
            quality=(0, 700, 1000),
            of_two=N_("You share these goals: {goals}."),
            of_more=N_("Goals that at least two of you share: {goals}."),
            unknown=N_("Not everybody has named goals yet: they would show what you share."),
        ),
        "languages": SharedList(
            quality=(0, 1000),
            of_two=N_("You can talk in: {languages}."),
            of_more=N_("Languages that at least two of you share: {languages}."),
            unknown=N_(
                "Not everybody has said yet which languages they speak: "
                "that would show in which you can talk."
            ),
            none=N_("You have named no language that you share."),
        ),
        "formats": SharedList(
            quality=(0, 1000),
            of_two=N_("You like to meet in the same way: {formats}."),
            of_more=N_("Ways to meet that at least two of you like: {formats}."),
            unknown=N_(
                "Not everybody has said yet how they like to meet: "
                "that would show how you can meet."
            ),
            none=N_("You have named no way to meet that you share."),
        ),
    }
)


def terms(name: str, members: Sequence[Member], share: int) -> tuple[SharedBits]:
    """Rate the words of a list that two people share.

    Three topics or challenges are full, two goals, and one language or way to meet. Whoever names
    nothing has no part in this criterion, and a word more never makes a pair worse.
    """
    numbers = Numbers()
    said = Said.read([words_of(name, member) for member in members], numbers)
    # A word that one person alone has said is shared with nobody.
    counts = said.counts(len(numbers)) > 1
    points = points_of(LISTS[name].quality, share)
    return (SharedBits(said.packed(counts, len(members)), points),)


def words_of(name: str, member: Member) -> tuple[str, ...]:
    """Give what a person said for one of `LISTS`."""
    match name:
        case "topics":
            return member.topics
        case "challenges":
            return member.challenges
        case "goals":
            return member.goals
        case "languages":
            return member.languages
        case _:
            return member.formats


def why(name: str, members: Sequence[Member], points: IntArray) -> Iterator[Reason]:
    """Say what people share.

    Parameters
    ----------
    points
        Of every two members, in the order of `itertools.combinations`.
    """
    kind = LISTS[name]
    named = [keys(words_of(name, member)) for member in members]
    shared = {
        word: one[word] for one, other in combinations(named, 2) for word in one if word in other
    }
    if shared:
        yield Reason(
            code=name,
            template=kind.of_two if len(members) == 2 else kind.of_more,
            values={name: ", ".join(shared[word] for word in sorted(shared))},
            points=int(points.sum()) // len(points),
        )
    elif not all(named):
        yield Reason(code=f"{name}_unknown", template=kind.unknown)
    elif kind.none:
        yield Reason(code=f"{name}_none", template=kind.none)
