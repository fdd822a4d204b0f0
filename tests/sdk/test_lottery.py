"""The recorded lottery: the same again for everybody, and nothing private in the record."""

from __future__ import annotations

import dataclasses
import json

import pytest

from peerloom import Ask, History, Member, pair
from peerloom.lottery import draws, lottery_record

PRIVATE = {
    "name": "Ada Secret",
    "email": "ada@example.org",
    "blocked": ("03",),
    "protected": {"background": "blue"},
}


def everybody(count):
    return [Member(id=f"{number:02d}") for number in range(count)]


def test_the_record_says_what_was_drawn_from():
    record = lottery_record(pair(everybody(4), seed=5))
    assert record.to_dict() == {
        "method": "peerloom.pair",
        "version": record.version,
        "seed": 5,
        "week": "2026-01-05",
        "size": 2,
        "digest": record.digest,
    }
    assert len(record.digest) == 64
    assert str(record.sentence()).endswith(f"private: {record.digest[:12]}).")


def test_the_digest_changes_with_everything_that_counts_and_not_with_the_order():
    members = everybody(4)
    digests = [
        lottery_record(pairing).digest
        for pairing in (
            pair(members),
            pair(members, size=3),
            pair(members, policy="bootcamp"),
            pair(members, history=History.of([[["00", "01"]]])),
            pair(members[:3]),
            pair([*members[:3], dataclasses.replace(members[3], topics=("jazz",))]),
            pair([*members[:3], dataclasses.replace(members[3], level=3)]),
            pair(members, locked=[["00", "01"]]),
        )
    ]
    assert len(set(digests)) == len(digests)
    assert lottery_record(pair(members[::-1])).digest == digests[0]


@pytest.mark.parametrize("field", sorted(PRIVATE))
def test_what_is_private_cannot_be_guessed_from_the_digest(field):
    members = everybody(4)
    told = [dataclasses.replace(members[0], **{field: PRIVATE[field]}), *members[1:]]
    record, other = lottery_record(pair(told)), lottery_record(pair(members))
    assert record.digest == other.digest
    assert (record.full_digest == other.full_digest) == (field in {"name", "email"})
    assert record.full_digest not in repr(record) + str(record.to_dict())


def test_draws_count_who_could_be_together():
    drawn = draws(pair(everybody(4), seed=2), count=60)
    assert drawn.count == 60
    assert drawn.different == 3
    assert sum(drawn.times.values()) == 2 * 60
    assert len(drawn.by_lot) == 6
    assert drawn.share("03", "00") == drawn.times["00", "03"] / 60
    # Three ways that are equally good: none comes up much more than every third time.
    assert all(8 <= times <= 34 for times in drawn.times.values())
    assert drawn.sentence().values["people"] == 4
    assert json.loads(json.dumps(drawn.to_dict()))["pairs"][0][:2] == ["00", "01"]


def test_the_first_draw_is_the_pairing_itself():
    pairing = pair(everybody(7), seed=11)
    drawn = draws(pairing, count=1)
    together = {pair for pair, times in drawn.times.items() if times}
    assert together == {
        (one, other)
        for group in pairing.groups
        for one in group.members
        for other in group.members
        if one < other
    }


def test_where_merit_decides_there_is_no_lot():
    topics = ("jazz", "jazz", "tea", "tea")
    members = [
        dataclasses.replace(one, topics=(topic,))
        for one, topic in zip(everybody(4), topics, strict=True)
    ]
    drawn = draws(pair(members), count=10)
    assert drawn.by_lot == ()
    assert drawn.share("00", "01") == 1.0
    assert drawn.share("00", "02") == 0.0
    assert drawn.sentence().code == "no_lot"


def test_who_has_met_is_not_drawn_together():
    history = History.of([[["00", "01"], ["02", "03"]]])
    drawn = draws(pair(everybody(4), history=history), count=20)
    assert drawn.share("00", "01") == 0.0
    assert drawn.different == 2


def test_no_draw_is_refused():
    with pytest.raises(ValueError, match="at least one draw"):
        draws(pair(everybody(2)), count=0)


def test_a_seed_is_a_name_that_no_language_writes_with_commas():
    record = lottery_record(pair([Member(id="a"), Member(id="b")], seed=1234567))
    assert record.sentence().values["seed"] == "1234567"
    assert record.to_dict()["seed"] == 1234567


def test_the_full_digest_changes_with_asks_and_with_locks_that_were_opened():
    members = everybody(3)
    asks = [Ask(asker="00", asked="01", message="please")]
    back = [Ask(asker="01", asked="00")]
    no = [dataclasses.replace(asks[0], is_declined=True)]

    def full(**given):
        return lottery_record(pair(members, relax=True, **given)).full_digest

    different = [full(), full(asks=asks), full(asks=asks + back), full(locked=[["00", "01"]])]
    assert len(set(different)) == len(different)
    assert full(asks=no) == full()
    assert full(asks=[dataclasses.replace(asks[0], message="")]) == full(asks=asks)
