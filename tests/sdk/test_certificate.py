"""The certificate: it says what is so, and never more than is proven."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

from peerloom import Availability, Fairness, History, Member, Policy, pair
from peerloom.lottery import lottery_record

WEEK = date(2026, 11, 16)


def codes(pairing, **more):
    return [sentence.code for sentence in pairing.certificate(**more).sentences()]


def people(count, text="Mon 18:00-20:00"):
    return [
        Member(id=str(number), name=f"P{number}", availability=Availability.parse(text))
        for number in range(count)
    ]


def test_a_proven_round():
    assert codes(pair(people(4))) == ["everybody", "proven_best", "worst", "common_hour"]


def test_nobody():
    assert codes(pair([])) == ["nobody"]
    assert codes(pair(people(1))) == ["nobody", "not_paired"]


def test_groups_without_a_common_hour_are_counted():
    pairing = pair(people(4, "Mon 18:00-18:59"))
    assert "no_common_hour" in codes(pairing)
    assert len(pairing.certificate().without_common_hour) == 2


def test_repeats_are_said_only_where_there_is_a_history():
    first = pair(people(4))
    history = History.of([[group.members for group in first.groups]])
    assert "no_repeats" in codes(pair(people(4), history=history))
    assert "repeats" in codes(pair(people(2), history=History.of([[["0", "1"]]])))


def test_repeats_that_nobody_could_avoid_are_told_apart():
    everybody_met = [["0", "1"]], [["0", "2"]], [["0", "3"]]
    certificate = pair(people(4), history=History.of(everybody_met)).certificate()
    assert certificate.met_everybody == 1
    assert "met_everybody" in [one.code for one in certificate.sentences()]
    avoidable = pair(people(4), history=History.of([[["0", "1"]]])).certificate()
    assert (avoidable.met_everybody, avoidable.repeated) == (0, ())


def test_an_audit_adds_stability_and_the_lottery():
    pairing = pair(people(4))
    assert codes(pairing, audit=True)[-2:] == ["stable", "lottery"]
    assert pairing.certificate().stability is None
    audited = pairing.certificate(audit=True)
    assert audited.stability == pairing.stability()
    assert audited.to_dict()["stability"]["count"] == 0
    assert audited.to_dict()["lottery"] == lottery_record(pairing).to_dict()
    assert pairing.blocking_pairs == ()


def test_the_price_of_worst_off_first_is_said():
    members = [
        dataclasses.replace(one, level=level)
        for one, level in zip(people(4), (1, 2, 3, 3), strict=True)
    ]
    policy = Policy(name="p", weights={"level": 1}, fairness=Fairness.WORST_OFF_FIRST)
    pairing = pair(members, policy=policy)
    said = codes(pairing)
    assert said[2:5] == ["proof_worst_off_first", "fair_for_free", "fair_proven"]
    assert pairing.certificate().to_dict()["price"] == pairing.price.to_dict()


def test_rules_that_gave_way_are_counted():
    members = [dataclasses.replace(one, section=str(one.id)) for one in people(2)]
    policy = Policy(name="p", weights={"level": 1}, same=("section",))
    pairing = pair(members, policy=policy, relax=True)
    assert pairing.certificate().relaxed == 1
    assert "relaxed" in codes(pairing)


def test_a_gap_is_rounded_up():
    certificate = dataclasses.replace(
        pair(people(4)).certificate(), score=99_999, upper_bound=100_000, gap=0.00001
    )
    (proof,) = [one for one in certificate.sentences() if one.code.startswith("proven")]
    assert proof.code == "proven_gap"
    assert proof.values["percent"] == 0.01
    assert "100000" in str(proof)


def test_as_plain_data(example):
    import peerloom

    pairing = pair(peerloom.read_members(example), week=WEEK, seed=5)
    plain = json.loads(json.dumps(pairing.certificate().to_dict()))
    assert plain["score"] == pairing.score
    assert plain["upper_bound"] == pairing.upper_bound
    assert plain["worst"] == list(pairing.worst.members)
    assert (plain["seed"], plain["week"], plain["policy"]) == (5, "2026-11-16", "meetup")
    assert [one["text"] for one in plain["sentences"]] == [
        str(one) for one in pairing.certificate().sentences()
    ]


def test_nobody_is_claimed_to_be_in_a_group_who_is_not():
    alone = pair([Member(id="a", blocked=("b", "c")), Member(id="b"), Member(id="c")])
    certificate = alone.certificate()
    assert certificate.left_out == 1
    assert str(certificate.sentences()[0]) == "People who are in exactly one group: 2. Groups: 1."
    assert certificate.to_dict()["left_out"] == 1


def test_what_came_before_the_score_is_said_but_for_private_blocks():
    people = [Member(id=one) for one in "abcd"]
    history = History.of([[["a", "b"], ["c", "d"]]])
    assert "proof_conditions" in codes(pair(people, history=history))
    assert "proof_conditions" in codes(pair(people, locked=[["a", "b"]]))
    assert "proof_conditions" not in codes(pair(people))
    blocking = [Member(id="a", blocked=("b",)), *people[1:]]
    assert "proof_conditions" not in codes(pair(blocking))
