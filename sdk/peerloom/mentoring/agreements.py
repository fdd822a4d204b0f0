"""Agreements: what a group settles at the start, signed by all and open to revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from peerloom.mentoring.checks import records
from peerloom.mentoring.errors import AgreementError
from peerloom.mentoring.moments import utc
from peerloom.mentoring.topics import Topic
from peerloom.mentoring.words import identifier, line, prose
from peerloom.policy import Rhythm

MOST_TOPICS = 50
MOST_RULES = 30
SESSION_MINUTES = range(1, 24 * 60 + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What one member hopes for from the group. Only the members of the group may read it.

    Parameters
    ----------
    member
        Whose it is.
    text
        In their own words.
    """

    member: str
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        object.__setattr__(self, "text", prose(self.text, "text", is_required=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A member says yes to one version of an agreement.

    Parameters
    ----------
    member
        Who signed.
    at
        When; aware, kept in UTC.
    """

    member: str
    at: datetime

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        object.__setattr__(self, "at", utc(self.at, "at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerms:
    """What an agreement says: the part that a revision replaces.

    Only the members of the group may read it.

    Parameters
    ----------
    wants
        What each member hopes for, at most one entry each; kept sorted by member.
    rhythm
        How often they meet; None for the rhythm of the policy.
    session_minutes
        How long they meet; None for the minutes of the policy.
    topics
        What they want to talk about, at most 50.
    ground_rules
        How they want to treat each other, at most 30 lines.

    Raises
    ------
    AgreementError
        For two wants of one member, too many entries, an unknown rhythm, or minutes outside a day.
    """

    wants: tuple[Want, ...] = ()
    rhythm: Rhythm | None = None
    session_minutes: int | None = None
    topics: tuple[Topic, ...] = ()
    ground_rules: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        found = records(Want, self.wants, "wants", AgreementError)
        wants = tuple(sorted(found, key=lambda want: want.member))
        if len({want.member for want in wants}) < len(wants):
            raise AgreementError.of_field("wants", "at most one entry of each member")
        object.__setattr__(self, "wants", wants)
        if self.rhythm is not None:
            if self.rhythm not in list(Rhythm):
                raise AgreementError.of_field("rhythm", f"one of {', '.join(Rhythm)}")
            object.__setattr__(self, "rhythm", Rhythm(self.rhythm))
        minutes = self.session_minutes
        if minutes is not None and (type(minutes) is not int or minutes not in SESSION_MINUTES):
            first, last = SESSION_MINUTES[0], SESSION_MINUTES[-1]
            expected = f"a whole number from {first} to {last}"
            raise AgreementError.of_field("session_minutes", expected)
        object.__setattr__(self, "topics", records(Topic, self.topics, "topics", AgreementError))
        if len(self.topics) > MOST_TOPICS:
            raise AgreementError.of_field("topics", f"at most {MOST_TOPICS} topics")
        written = records(str, self.ground_rules, "ground_rules", AgreementError)
        if len(written) > MOST_RULES:
            raise AgreementError.of_field("ground_rules", f"at most {MOST_RULES} rules")
        rules = tuple(line(rule, "ground_rules", is_required=True) for rule in written)
        object.__setattr__(self, "ground_rules", rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementVersion:
    """A version of an agreement that was replaced. Only the members of the group may read it.

    Parameters
    ----------
    version
        Its number, counted from 1.
    terms
        What it said.
    signatures
        Who had signed it.
    replaced_at
        When; aware, kept in UTC.
    replaced_by
        Who revised it; None for somebody who was erased.
    why
        The reason in their words; may be empty.
    """

    version: int
    terms: AgreementTerms = field(repr=False)
    signatures: tuple[Signature, ...] = ()
    replaced_at: datetime
    replaced_by: str | None
    why: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        _check_version(self.version)
        if not isinstance(self.terms, AgreementTerms):
            raise AgreementError.of_field("terms", "AgreementTerms")
        object.__setattr__(self, "signatures", _one_each(self.signatures))
        object.__setattr__(self, "replaced_at", utc(self.replaced_at, "replaced_at"))
        object.__setattr__(self, "why", prose(self.why, "why"))
        if self.replaced_by is not None:
            identifier(self.replaced_by, "replaced_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a group settles at the start. Only the members of the group may read it.

    Parameters
    ----------
    group
        The id of the group; each group has one agreement.
    wants, rhythm, session_minutes, topics, ground_rules
        What it says; see `AgreementTerms`.
    drafted_at
        When the first version was written; aware, kept in UTC.
    version
        The number of this version, counted from 1.
    signatures
        Who has signed this version; kept sorted by member.
    history
        The versions before, the oldest first.

    Raises
    ------
    AgreementError
        For terms that cannot be kept, somebody who signed twice, or a history with a gap.

    Examples
    --------
    >>> from datetime import UTC
    >>> agreement = Agreement(
    ...     group="g1",
    ...     rhythm=Rhythm.EVERY_TWO_WEEKS,
    ...     ground_rules=("What we say here stays here.",),
    ...     drafted_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... )
    >>> agreement.version, agreement.signatures
    (1, ())
    """

    group: str
    wants: tuple[Want, ...] = ()
    rhythm: Rhythm | None = None
    session_minutes: int | None = None
    topics: tuple[Topic, ...] = ()
    ground_rules: tuple[str, ...] = field(default=(), repr=False)
    drafted_at: datetime
    version: int = 1
    signatures: tuple[Signature, ...] = ()
    history: tuple[AgreementVersion, ...] = ()

    def __post_init__(self) -> None:
        identifier(self.group, "group")
        terms = self.terms
        for name in ("wants", "rhythm", "topics", "ground_rules"):
            object.__setattr__(self, name, getattr(terms, name))
        object.__setattr__(self, "drafted_at", utc(self.drafted_at, "drafted_at"))
        _check_version(self.version)
        object.__setattr__(self, "signatures", _one_each(self.signatures))
        history = records(AgreementVersion, self.history, "history", AgreementError)
        object.__setattr__(self, "history", history)
        versions = [past.version for past in history]
        # The length first: a file may say that this is version 1,000,000,000.
        if len(versions) != self.version - 1 or versions != list(range(1, self.version)):
            raise AgreementError.of_field("history", "every version before this one, in order")

    @property
    def terms(self) -> AgreementTerms:
        """What the agreement says now."""
        return AgreementTerms(
            wants=self.wants,
            rhythm=self.rhythm,
            session_minutes=self.session_minutes,
            topics=self.topics,
            ground_rules=self.ground_rules,
        )


def _check_version(version: int) -> None:
    if type(version) is not int or version < 1:
        raise AgreementError.of_field("version", "a whole number from 1 up")


def _one_each(given: Iterable[Signature]) -> tuple[Signature, ...]:
    signatures = records(Signature, given, "signatures", AgreementError)
    if len({signature.member for signature in signatures}) < len(signatures):
        raise AgreementError.of_field("signatures", "at most one signature of each member")
    return tuple(sorted(signatures, key=lambda signature: signature.member))
