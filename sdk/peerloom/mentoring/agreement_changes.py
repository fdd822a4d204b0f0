"""What can happen to an agreement: everybody signs the same version, and a revision starts anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from peerloom.mentoring.agreements import (
    Agreement,
    AgreementTerms,
    AgreementVersion,
    Signature,
)
from peerloom.mentoring.errors import AgreementError, StaleAgreementError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.policy import Policy, Rhythm


def sign(
    agreement: Agreement, group: PublishedGroup, *, member: str, version: int, now: datetime
) -> Agreement:
    """Sign an agreement. Who has signed this version already changes nothing.

    Parameters
    ----------
    agreement
        The agreement of the group.
    group
        The group, with those who are still there: only they sign, and nobody waits for the others.
    member
        Who signs.
    version
        The number of the version that the member has read: nobody signs what they did not see.
    now
        The present moment; aware.

    Raises
    ------
    AgreementError
        For an agreement of another group, or a group that has ended.
    GroupError
        For somebody who is not in the group.
    StaleAgreementError
        For another version than the one that holds now.
    MomentError
        For a moment without a time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> agreement = Agreement(group="g1", rhythm=Rhythm.WEEKLY, drafted_at=monday)
    >>> agreement = sign(agreement, pair, member="ada", version=1, now=monday)
    >>> unsigned(agreement, pair)
    ('bo',)
    """
    _check(agreement, group, member, version)
    if any(signature.member == member for signature in agreement.signatures):
        return agreement
    signature = Signature(member=member, at=now)
    return replace(agreement, signatures=(*agreement.signatures, signature))


def revise_agreement(
    agreement: Agreement,
    group: PublishedGroup,
    terms: AgreementTerms,
    *,
    by: str,
    version: int,
    now: datetime,
    why: str = "",
) -> Agreement:
    """Change what an agreement says. All signatures go, and the version before stays in history.

    Until everybody has signed the new version, the last one that everybody signed holds: see
    `settled_terms`.

    Parameters
    ----------
    agreement, group, version, now
        As for `sign`.
    terms
        What it says from now on: start from ``agreement.terms``. The same terms change nothing.
    by
        The member who changes it.
    why
        The reason in their words, for the group.

    Raises
    ------
    AgreementError, GroupError, StaleAgreementError, MomentError
        As for `sign`.
    TextError
        For a reason that cannot be kept.
    """
    _check(agreement, group, by, version)
    if terms == agreement.terms:
        return agreement
    past = AgreementVersion(
        version=agreement.version,
        terms=agreement.terms,
        signatures=agreement.signatures,
        replaced_at=now,
        replaced_by=by,
        why=why,
    )
    return replace(
        agreement,
        wants=terms.wants,
        rhythm=terms.rhythm,
        session_minutes=terms.session_minutes,
        topics=terms.topics,
        ground_rules=terms.ground_rules,
        version=agreement.version + 1,
        signatures=(),
        history=(*agreement.history, past),
    )


def unsigned(agreement: Agreement, group: PublishedGroup) -> tuple[str, ...]:
    """Give the ids of the members who have still to sign the version that is on the table.

    Raises
    ------
    AgreementError
        For an agreement of another group.
    """
    _check_group(agreement, group)
    return _without(agreement.signatures, group)


def settled_terms(agreement: Agreement | None, group: PublishedGroup) -> AgreementTerms | None:
    """Give what holds: the newest version that every member of the group has signed.

    Returns
    -------
    AgreementTerms or None
        None as long as there is no such version.

    Raises
    ------
    AgreementError
        For an agreement of another group.
    """
    if agreement is None:
        return None
    if not unsigned(agreement, group):
        return agreement.terms
    signed = [past for past in agreement.history if not _without(past.signatures, group)]
    return signed[-1].terms if signed else None


def rhythm_of(policy: Policy, agreement: Agreement | None, group: PublishedGroup) -> Rhythm:
    """Give how often a group meets: as its settled agreement says, or else as the policy says.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> agreement = Agreement(group="g1", rhythm=Rhythm.WEEKLY, drafted_at=monday)
    >>> bootcamp = Policy.preset("bootcamp")
    >>> print(rhythm_of(bootcamp, agreement, pair))
    twice_a_week
    >>> for member in pair.members:
    ...     agreement = sign(agreement, pair, member=member, version=1, now=monday)
    >>> print(rhythm_of(bootcamp, agreement, pair))
    weekly
    """
    terms = settled_terms(agreement, group)
    return policy.rhythm if terms is None or terms.rhythm is None else terms.rhythm


def session_minutes_of(policy: Policy, agreement: Agreement | None, group: PublishedGroup) -> int:
    """Give how long a group meets: as its settled agreement says, or else as the policy says."""
    terms = settled_terms(agreement, group)
    if terms is None or terms.session_minutes is None:
        return policy.session_minutes
    return terms.session_minutes


def _check(agreement: Agreement, group: PublishedGroup, member: str, version: int) -> None:
    _check_group(agreement, group)
    group.others(member)
    if group.ended_at is not None:
        raise AgreementError("This group has ended: make an agreement with the new one.")
    if version != agreement.version:
        raise StaleAgreementError(agreement.version)


def _check_group(agreement: Agreement, group: PublishedGroup) -> None:
    if agreement.group != group.id:
        raise AgreementError("This agreement is another group's: take the one of this group.")


def _without(signatures: tuple[Signature, ...], group: PublishedGroup) -> tuple[str, ...]:
    signed = {signature.member for signature in signatures}
    return tuple(member for member in group.members if member not in signed)
