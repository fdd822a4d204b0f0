"""Agreements: what they hold, who signs which version, and what holds meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import Policy, Rhythm
from peerloom.mentoring.agreement_changes import (
    revise_agreement,
    rhythm_of,
    session_minutes_of,
    settled_terms,
    sign,
    unsigned,
)
from peerloom.mentoring.agreements import (
    Agreement,
    AgreementTerms,
    AgreementVersion,
    Signature,
    Want,
)
from peerloom.mentoring.errors import (
    AgreementError,
    GroupError,
    MentoringError,
    MomentError,
    StaleAgreementError,
)
from peerloom.mentoring.ground_rules import GROUND_RULES
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.topics import Family, Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)
DAY = timedelta(days=1)


def group(*members, **fields):
    return PublishedGroup(id="g1", members=members, round=1, published_at=NOW, **fields)


PAIR = group("ada", "bo")
TRIO = group("ada", "bo", "cy")
DRAFT = Agreement(group="g1", rhythm=Rhythm.WEEKLY, session_minutes=90, drafted_at=NOW)
BOOTCAMP = Policy.preset("bootcamp")


def signed(agreement, people, *members):
    for member in members or people.members:
        agreement = sign(agreement, people, member=member, version=agreement.version, now=NOW)
    return agreement


def revised(agreement, people, by="ada", **changes):
    terms = replace(agreement.terms, **changes)
    version = agreement.version
    return revise_agreement(agreement, people, terms, by=by, version=version, now=NOW + DAY)


# --- what it holds --------------------------------------------------------------------------------


def test_words_are_tidied_wants_sorted_and_moments_kept_in_utc():
    made = Agreement(
        group="g1",
        wants=(Want(member="bo", text=" Rust\r\n"), Want(member="ada", text="A job")),
        rhythm="weekly",
        topics=(Topic(text=" joins ", family="technical"),),
        ground_rules=(" On   time ",),
        drafted_at=NOW.astimezone(ZoneInfo("Asia/Kathmandu")),
    )
    assert [(want.member, want.text) for want in made.wants] == [("ada", "A job"), ("bo", "Rust")]
    assert made.rhythm is Rhythm.WEEKLY
    assert made.topics == (Topic(text="joins", family=Family.TECHNICAL),)
    assert made.ground_rules == ("On time",)
    assert made.drafted_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Agreement(group="", drafted_at=NOW), "group"),
        (lambda: Agreement(group="g1", drafted_at=NAIVE), "drafted_at"),
        (lambda: replace(DRAFT, rhythm="daily"), "rhythm"),
        (lambda: replace(DRAFT, session_minutes=0), "session_minutes"),
        (lambda: replace(DRAFT, session_minutes=1441), "session_minutes"),
        (lambda: replace(DRAFT, session_minutes=45.0), "session_minutes"),
        (lambda: replace(DRAFT, session_minutes=True), "session_minutes"),
        (lambda: replace(DRAFT, wants=(Want(member="ada", text="x"),) * 2), "wants"),
        (lambda: replace(DRAFT, topics=(Topic(text="x"),) * 51), "topics"),
        (lambda: replace(DRAFT, ground_rules=("x",) * 31), "ground_rules"),
        (lambda: replace(DRAFT, ground_rules=(" ",)), "ground_rules"),
        (lambda: replace(DRAFT, version=0), "version"),
        (lambda: replace(DRAFT, version=2), "history"),
        (lambda: replace(DRAFT, signatures=(Signature(member="a", at=NOW),) * 2), "signatures"),
        (lambda: Want(member="", text="x"), "member"),
        (lambda: Want(member="ada", text=" "), "text"),
        (lambda: Signature(member="", at=NOW), "member"),
        (lambda: Signature(member="ada", at=NAIVE), "at"),
        (lambda: past(version=True), "version"),
        (lambda: past(replaced_at=NAIVE), "replaced_at"),
        (lambda: past(replaced_by=""), "replaced_by"),
        (lambda: past(why="\x00"), "why"),
    ],
)
def test_what_an_agreement_cannot_be(make, field):
    with pytest.raises(MentoringError) as caught:
        make()
    assert caught.value.field == field
    assert caught.value.expected


def past(**fields):
    known = {"version": 1, "terms": DRAFT.terms, "replaced_at": NOW, "replaced_by": "ada"}
    return AgreementVersion(**known | fields)


def test_no_private_word_is_in_a_repr():
    secret = Agreement(
        group="g1",
        wants=(Want(member="ada", text="secret"),),
        topics=(Topic(text="secret"),),
        ground_rules=("secret",),
        drafted_at=NOW,
        version=2,
        history=(past(why="secret", terms=AgreementTerms(ground_rules=("secret",))),),
    )
    assert "secret" not in repr(secret) + repr(secret.terms) + repr(secret.history)


# --- signatures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_all_sign_the_same_version(size):
    people = group(*(f"m{index}" for index in range(size)))
    agreement = DRAFT
    for index, member in enumerate(people.members):
        assert unsigned(agreement, people) == people.members[index:]
        assert settled_terms(agreement, people) is None
        agreement = sign(agreement, people, member=member, version=1, now=NOW + index * DAY)
    assert unsigned(agreement, people) == ()
    assert settled_terms(agreement, people) == DRAFT.terms
    assert [one.at for one in agreement.signatures] == [NOW + n * DAY for n in range(size)]
    assert DRAFT.signatures == ()


def test_signing_twice_changes_nothing():
    once = signed(DRAFT, PAIR, "ada")
    assert sign(once, PAIR, member="ada", version=1, now=NOW + DAY) is once


def test_who_may_sign_what():
    with pytest.raises(GroupError):
        signed(DRAFT, PAIR, "cy")
    with pytest.raises(AgreementError, match="another group"):
        signed(replace(DRAFT, group="g2"), PAIR)
    with pytest.raises(AgreementError, match="has ended"):
        signed(DRAFT, replace(PAIR, ended_at=NOW))
    with pytest.raises(MomentError):
        sign(DRAFT, PAIR, member="ada", version=1, now=NAIVE)
    with pytest.raises(AgreementError, match="another group"):
        unsigned(DRAFT, replace(PAIR, id="g2"))


@pytest.mark.parametrize("version", [1, 3])
def test_nobody_signs_or_changes_a_version_that_they_have_not_read(version):
    second = revised(DRAFT, PAIR, rhythm=None)
    with pytest.raises(StaleAgreementError) as caught:
        sign(second, PAIR, member="bo", version=version, now=NOW)
    assert caught.value.version == 2
    assert caught.value.code == "agreement_changed"
    with pytest.raises(StaleAgreementError):
        revise_agreement(second, PAIR, DRAFT.terms, by="bo", version=version, now=NOW)


# --- revisions ------------------------------------------------------------------------------------


def test_a_revision_clears_signatures_and_keeps_history():
    first = signed(DRAFT, PAIR)
    terms = replace(first.terms, rhythm=Rhythm.MONTHLY)
    second = revise_agreement(first, PAIR, terms, by="bo", version=1, now=NOW + DAY, why=" Exams ")
    assert (second.version, second.signatures) == (2, ())
    assert second.terms == terms
    (kept,) = second.history
    assert (kept.version, kept.terms, kept.signatures) == (1, first.terms, first.signatures)
    assert (kept.replaced_at, kept.replaced_by, kept.why) == (NOW + DAY, "bo", "Exams")
    third = revised(second, PAIR, topics=(Topic(text="x"),))
    assert [one.version for one in third.history] == [1, 2]


def test_the_same_terms_are_no_revision():
    first = signed(DRAFT, PAIR)
    assert revised(first, PAIR) is first


def test_only_members_of_a_group_that_lasts_revise():
    with pytest.raises(GroupError):
        revised(DRAFT, PAIR, by="cy", rhythm=None)
    with pytest.raises(AgreementError, match="has ended"):
        revised(DRAFT, replace(PAIR, ended_at=NOW), rhythm=None)


def test_until_all_have_signed_the_last_settled_version_holds():
    agreement = signed(DRAFT, PAIR)
    agreement = revised(agreement, PAIR, rhythm=Rhythm.MONTHLY)
    agreement = revised(agreement, PAIR, rhythm=Rhythm.EVERY_TWO_WEEKS)
    assert settled_terms(agreement, PAIR) == DRAFT.terms
    assert settled_terms(signed(agreement, PAIR, "bo"), PAIR) == DRAFT.terms
    assert settled_terms(signed(agreement, PAIR), PAIR).rhythm is Rhythm.EVERY_TWO_WEEKS


def test_of_several_settled_versions_the_newest_holds():
    agreement = signed(revised(signed(DRAFT, PAIR), PAIR, session_minutes=30), PAIR)
    agreement = revised(agreement, PAIR, session_minutes=60)
    assert settled_terms(agreement, PAIR).session_minutes == 30


def test_who_left_need_not_sign_and_who_came_must():
    agreement = signed(DRAFT, TRIO, "ada", "bo")
    assert settled_terms(agreement, TRIO) is None
    assert settled_terms(agreement, PAIR) == DRAFT.terms
    newcomer = group("bo", "di")
    assert unsigned(agreement, newcomer) == ("di",)


@given(acts=st.lists(st.tuples(st.sampled_from("sr"), st.integers(0, 2), st.integers(1, 4))))
def test_settled_is_the_last_version_that_everybody_signed(acts):
    agreement, signers, settled = DRAFT, set(), None
    for act, who, minutes in acts:
        member = TRIO.members[who]
        if act == "s":
            agreement = signed(agreement, TRIO, member)
            signers.add(member)
        elif agreement.session_minutes != minutes:
            agreement = revised(agreement, TRIO, by=member, session_minutes=minutes)
            signers = set()
        if len(signers) == 3:
            settled = agreement.terms
        assert settled_terms(agreement, TRIO) == settled
        assert set(unsigned(agreement, TRIO)) == set(TRIO.members) - signers


# --- the pair's own rhythm ------------------------------------------------------------------------


def test_a_settled_agreement_goes_before_the_policy():
    assert rhythm_of(BOOTCAMP, None, PAIR) is Rhythm.TWICE_A_WEEK
    assert session_minutes_of(BOOTCAMP, None, PAIR) == 45
    half = signed(DRAFT, PAIR, "ada")
    assert rhythm_of(BOOTCAMP, half, PAIR) is Rhythm.TWICE_A_WEEK
    assert session_minutes_of(BOOTCAMP, half, PAIR) == 45
    whole = signed(DRAFT, PAIR)
    assert rhythm_of(BOOTCAMP, whole, PAIR) is Rhythm.WEEKLY
    assert session_minutes_of(BOOTCAMP, whole, PAIR) == 90


def test_what_an_agreement_leaves_open_is_as_the_policy_says():
    silent = signed(replace(DRAFT, rhythm=None, session_minutes=None), PAIR)
    assert rhythm_of(BOOTCAMP, silent, PAIR) is Rhythm.TWICE_A_WEEK
    assert session_minutes_of(BOOTCAMP, silent, PAIR) == 45


def test_all_presets_of_ground_rules_can_be_taken_at_once():
    taken = signed(replace(DRAFT, ground_rules=tuple(GROUND_RULES.values())), TRIO)
    assert settled_terms(taken, TRIO).ground_rules == tuple(GROUND_RULES.values())
    assert len(set(GROUND_RULES.values())) == len(GROUND_RULES) >= 8
