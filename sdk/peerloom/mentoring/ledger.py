"""Who taught, who learned, who listened, in minutes; and when it is the other one's turn.

Only the members of the group may read a ledger: it is for them to share the floor, not for anybody
else to grade them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from peerloom.mentoring.sessions import Session, SessionError, SessionState
from peerloom.mentoring.words import identifier
from peerloom.reasons import N_, Reason

FLIP_PERCENT = 70
"""From this share on the roles flip, compared between the two who taught most and least.

At 60 to 40 a pair is still about even, and one long story tips it. At 70 to 30 one of them teaches
more than twice as much as the other: then it is no longer chance. The threshold is this package's
own; no study fixes one.
"""

FLIP_MINUTES = 20
"""The roles do not flip before the two have taught so many minutes together: less is chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one member did in all sessions that were held, in minutes. For the group only.

    Parameters
    ----------
    member
        Whose minutes these are.
    taught, learned, listened
        Minutes.
    """

    member: str
    taught: int = 0
    learned: int = 0
    listened: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The accounts of a group. Only its members may read them.

    Parameters
    ----------
    accounts
        One of each member, sorted by member.
    sessions
        How many sessions they come from.
    """

    accounts: tuple[Account, ...]
    sessions: int = 0

    def account(self, member: str) -> Account:
        """Give the account of a member.

        Raises
        ------
        SessionError
            For somebody who has none.
        """
        for account in self.accounts:
            if account.member == member:
                return account
        raise SessionError("This person has no account: choose one of the members of the group.")

    @property
    def taught(self) -> int:
        """All minutes that anybody taught."""
        return sum(account.taught for account in self.accounts)

    def share(self, member: str) -> Fraction | None:
        """Give a member's part of all minutes taught, 0 to 1; None where nobody taught.

        Even is one half in a pair, one third in a trio.
        """
        return Fraction(self.account(member).taught, self.taught) if self.taught else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A change of roles that is due. For the group only.

    Parameters
    ----------
    teacher
        Who taught least so far, and teaches most of the next session.
    learner
        Who taught most so far.
    reason
        Why, in numbers.
    """

    teacher: str
    learner: str
    reason: Reason


def ledger(sessions: Iterable[Session], members: Iterable[str]) -> Ledger:
    """Add up the parts of the sessions of a group that were held.

    Listening sessions count too. Sessions that were held without anybody saying who did what add
    nothing, and what people did who are no members any more does not count.

    Parameters
    ----------
    sessions
        The sessions of one group, in any state and order.
    members
        The ids of those who belong to it now.

    Returns
    -------
    Ledger
        In O(m) for m sessions.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.mentoring.session_notes import describe
    >>> from peerloom.mentoring.session_outcomes import confirm, record
    >>> from peerloom.mentoring.sessions import Part
    >>> done = datetime(2026, 11, 26, 19, tzinfo=UTC)
    >>> session = record(
    ...     id="s1",
    ...     group="g1",
    ...     members=("ada", "bo"),
    ...     by="ada",
    ...     starts_at=datetime(2026, 11, 26, 18, tzinfo=UTC),
    ...     minutes=60,
    ...     now=done,
    ... )
    >>> parts = (Part(member="ada", taught=40, learned=10), Part(member="bo", taught=10))
    >>> held = confirm(describe(session, "ada", parts=parts, now=done), "bo", now=done)
    >>> found = ledger([held], ["ada", "bo"])
    >>> found.share("ada"), flip(found).teacher
    (Fraction(4, 5), 'bo')
    """
    minutes = {identifier(member, "members"): [0, 0, 0] for member in sorted(set(members))}
    told = 0
    for session in sessions:
        if session.state is not SessionState.HELD or not session.parts:
            continue
        told += 1
        for part in session.parts:
            if sums := minutes.get(part.member):
                sums[0] += part.taught
                sums[1] += part.learned
                sums[2] += part.listened
    return Ledger(
        accounts=tuple(
            Account(member=member, taught=taught, learned=learned, listened=listened)
            for member, (taught, learned, listened) in minutes.items()
        ),
        sessions=told,
    )


def flip(book: Ledger, names: Mapping[str, str] | None = None) -> Flip | None:
    """Say whether it is somebody else's turn to teach.

    It is when, of the minutes that the two who taught most and least have taught, one of them has
    70 in 100 or more. In a pair these two are the pair; in a trio or circle they are the two who
    are furthest apart, so the rule means the same in groups of any size. Where several taught as
    little, the one whose id comes first has the turn.

    Parameters
    ----------
    book
        The ledger of the group.
    names
        What to call the members in the reason; ids where it is missing.

    Returns
    -------
    Flip or None
        None while the roles are about even, or too little was taught to tell.
    """
    if len(book.accounts) < 2:
        return None
    most = max(book.accounts, key=lambda account: account.taught)
    least = min(book.accounts, key=lambda account: account.taught)
    both = most.taught + least.taught
    if both < FLIP_MINUTES or most.taught * 100 < both * FLIP_PERCENT:
        return None
    names = names or {}
    return Flip(
        teacher=least.member,
        learner=most.member,
        reason=Reason(
            code="ledger_flip",
            template=N_(
                "So far {learner} has taught for {more} minutes and {teacher} for {less}: "
                "this time {teacher} teaches most of the time."
            ),
            values={
                "teacher": names.get(least.member, least.member),
                "learner": names.get(most.member, most.member),
                "more": most.taught,
                "less": least.taught,
            },
        ),
    )
