"""What the one who pairs should know: asks and rules that had no effect this time.

Only counts and the words of the policy stand here: nobody can read who asked whom.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from peerloom.asks import Ask
from peerloom.criteria import key
from peerloom.members import Member
from peerloom.policy import Policy, meant
from peerloom.reasons import N_, Reason, Value

NOT_FAIR = Reason(
    code="not_worst_off_first",
    template=N_(
        "The policy puts the lowest pair score first. That was not possible for all of these "
        "groups: some were chosen by the total."
    ),
)


FAIR_ROUNDS = Reason(
    code="rotation_worst_off_first",
    template=N_(
        "Each round puts the lowest pair score first. The bounds are those of the highest total, "
        "so what that costs is part of what is missing."
    ),
)


def of_policy(policy: Policy, members: Sequence[Member], *, size: int) -> Iterator[Reason]:
    """Say which rules on protected attributes have no effect.

    A question that nobody has answered yet is nothing wrong, so it is no error; a name that is
    nearly that of an answered one is said.

    Parameters
    ----------
    members
        Everybody, also who has paused.
    size
        People in a group.
    """
    wanted = dict.fromkeys((*policy.mix, *policy.nobody_alone))
    if not wanted or not members:
        return
    answered = {key(name): name for member in members for name in member.protected}
    for name in wanted:
        if key(name) not in answered:
            yield _unanswered(name, answered)
    if size == 2 and policy.nobody_alone:
        yield Reason(
            code="nobody_alone_in_pairs",
            template=N_(
                "That nobody is alone with an answer counts in circles of three and more, and "
                "has no effect on pairs: {names}."
            ),
            values={"names": ", ".join(policy.nobody_alone)},
        )


def _unanswered(name: str, answered: Mapping[str, str]) -> Reason:
    hint = meant(key(name), answered)
    close = next((said for one, said in answered.items() if f'"{one}"' in hint), "")
    values: dict[str, Value] = {"name": name}
    if not close:
        template = N_(
            'The policy mixes by "{name}". Nobody has answered that, so it has no effect.'
        )
        return Reason(code="mix_unanswered", template=template, values=values)
    return Reason(
        code="mix_misspelt",
        template=N_(
            'The policy mixes by "{name}". Nobody has answered that, so it has no effect. '
            'People have answered "{other}": is that meant?'
        ),
        values={**values, "other": close},
    )


def of_asks(
    asks: Iterable[Ask],
    groups: Iterable[Collection[str]],
    *,
    active: Collection[str],
    known: Collection[str],
    apart: Collection[frozenset[str]] = (),
) -> Iterator[Reason]:
    """Say how many asks had no effect, and why.

    A decline is never counted, nor an ask of two who are kept apart: it is as if nobody had asked.

    Parameters
    ----------
    asks
        All that were given.
    groups
        The ids of those who are together.
    active, known
        The ids of those who take part, and of all who were ever heard of.
    apart
        Who is never together.
    """
    active, known = frozenset(active), frozenset(known)
    made = {(ask.asker, ask.asked) for ask in asks if not ask.is_declined}
    together = {(one, other) for group in groups for one in group for other in group}
    for code, template, count in (
        (
            "asks_apart",
            N_(
                "Pairs of people who asked for each other, and could not be together this time: "
                "{count}."
            ),
            sum(
                pair[0] < pair[1]
                and pair[::-1] in made
                and {*pair} <= active
                and pair not in together
                and frozenset(pair) not in apart
                for pair in made
            ),
        ),
        (
            "asks_absent",
            N_("Asks that wait, as one of the two does not take part in this round: {count}."),
            sum({*pair} <= known and not {*pair} <= active for pair in made),
        ),
        (
            "asks_unknown",
            N_("Asks that name an id nobody has, and had no effect: {count}."),
            sum(not {*pair} <= known for pair in made),
        ),
    ):
        if count:
            yield Reason(code=code, template=template, values={"count": count})
