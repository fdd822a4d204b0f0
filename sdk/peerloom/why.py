"""Why a group is a group: one sentence for each criterion, from what its members told us.

A sentence names what two people have in common or give each other. It never repeats an answer of
one person that the others have no part in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from math import comb

import numpy as np

from peerloom.criteria import Matrix, keys, points
from peerloom.members import Member, labels
from peerloom.policy import Policy
from peerloom.reasons import N_, Reason, hours
from peerloom.rounds import History
from peerloom.weeks import common_minutes


def why(
    members: Sequence[Member], policy: Policy, week: date, history: History
) -> tuple[Reason, ...]:
    """Say why these people are a good group, the strongest reason first.

    Parameters
    ----------
    members
        The 2 to 5 members of one group.
    policy
        Whose weights count.
    week
        The week that counts for common time.
    history
        Earlier rounds.

    Returns
    -------
    tuple of Reason
        Their points add up to the group's score (in a circle of five, but for rounding down).
    """
    added = points(members, policy, week)
    reasons: list[Reason] = []
    if "teach_and_learn" in added:
        reasons.extend(_teach_and_learn(members, added["teach_and_learn"]))
    if "availability" in added:
        reasons.append(_availability(members, week, _mean(added["availability"])))
    if "level" in added:
        reasons.append(_level(members, policy, _mean(added["level"])))
    if "topics" in added:
        reasons.extend(_topics(members, _mean(added["topics"])))
    reasons.sort(key=lambda reason: -reason.points)
    return (*reasons, *_met_before(members, history))


def _mean(added: Matrix) -> int:
    """Give the mean over the pairs of a group of what a criterion adds, rounded down."""
    return int(np.triu(added, 1).sum()) // comb(len(added), 2)


def _teach_and_learn(members: Sequence[Member], added: Matrix) -> Iterator[Reason]:
    names = labels(members)
    found = False
    for one, other in combinations(range(len(members)), 2):
        share = int(added[one, other]) // comb(len(members), 2)
        there = _words(keys(members[one].teach), keys(members[other].learn))
        back = _words(keys(members[other].teach), keys(members[one].learn))
        if there and back:
            found = True
            yield Reason(
                code="teach_each_other",
                template=N_(
                    "{one} can teach {other}: {there}. In return {other} can teach {one}: {back}."
                ),
                values={"one": names[one], "other": names[other], "there": there, "back": back},
                points=share,
            )
        elif there or back:
            found = True
            teacher, learner = (one, other) if there else (other, one)
            yield Reason(
                code="teach_one_way",
                template=N_("{teacher} can teach {learner}: {skills}."),
                values={
                    "teacher": names[teacher],
                    "learner": names[learner],
                    "skills": there or back,
                },
                points=share,
            )
    if not found and not all(member.teach and member.learn for member in members):
        yield Reason(
            code="teach_and_learn_unknown",
            template=N_(
                "Not everybody has said yet what they can teach and want to learn: "
                "that would show what you can give each other."
            ),
        )
    elif not found:
        yield Reason(
            code="teach_and_learn_none",
            template=N_(
                "What you can teach and want to learn does not meet: you can learn together."
            ),
        )


def _availability(members: Sequence[Member], week: date, share: int) -> Reason:
    minutes = common_minutes(members, week)
    if minutes:
        return Reason(
            code="common_time",
            template=N_("Common free time each week: {hours} h."),
            values={"hours": hours(minutes)},
            points=share,
        )
    if not all(member.availability for member in members):
        return Reason(
            code="common_time_unknown",
            template=N_(
                "Not everybody has said yet when they are free: that would show when you can meet."
            ),
            points=share,
        )
    return Reason(
        code="common_time_none",
        template=N_("There is no time of the week at which all of you are free."),
        points=share,
    )


def _level(members: Sequence[Member], policy: Policy, share: int) -> Reason:
    known = [member.level for member in members if member.level is not None]
    if len(known) < len(members):
        code = "level_unknown"
        template = N_("Not everybody has said their level yet: it counts as neither near nor far.")
    else:
        gaps = {abs(one - other) for one, other in combinations(known, 2)}
        furthest = max(abs(gap - policy.level_gap) for gap in gaps)
        if gaps == {0}:
            code, template = "level_same", N_("You are at the same level.")
        elif furthest == 0:
            code, template = "level_step", N_("Your levels are as far apart as they should be.")
        elif furthest == 1:
            code, template = "level_near", N_("Your levels are near each other.")
        else:
            code, template = "level_far", N_("Your levels are far apart.")
    return Reason(code=code, template=template, points=share)


def _topics(members: Sequence[Member], share: int) -> Iterator[Reason]:
    named = [keys(member.topics) for member in members]
    shared = {
        word: one[word] for one, other in combinations(named, 2) for word in one if word in other
    }
    if shared:
        listed = _listed(shared[word] for word in sorted(shared))
        if len(members) == 2:
            template = N_("You share these topics: {topics}.")
        else:
            template = N_("Topics that at least two of you share: {topics}.")
        yield Reason(code="topics", template=template, values={"topics": listed}, points=share)
    elif not all(named):
        yield Reason(
            code="topics_unknown",
            template=N_("Not everybody has named topics yet: they would show what you share."),
        )


def _met_before(members: Sequence[Member], history: History) -> Iterator[Reason]:
    for one, other in combinations(range(len(members)), 2):
        times = history.times_met(members[one].id, members[other].id)
        if not times:
            continue
        if len(members) == 2:
            yield Reason(
                code="met_before",
                template=N_("You have met before. Rounds together: {times}."),
                values={"times": times},
            )
        else:
            names = labels(members)
            yield Reason(
                code="met_before",
                template=N_("{one} and {other} have met before. Rounds together: {times}."),
                values={"one": names[one], "other": names[other], "times": times},
            )


def _words(teach: dict[str, str], learn: dict[str, str]) -> str:
    return _listed(teach[word] for word in sorted(teach.keys() & learn.keys()))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
