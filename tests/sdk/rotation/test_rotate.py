"""All rounds at once: nobody twice, trios in turn, each round as good as it can be."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import Fairness, History, InfeasibleError, Member, MemberError, Policy, pair, rotate
from peerloom.rotation.making import MOST_ROUNDS


def people(count, seed=0):
    """Make people who are worth something different to each other."""
    random = Random(seed)
    words = [f"topic {number}" for number in range(12)]
    return [
        Member(
            id=f"{index:03d}",
            level=random.randint(1, 5),
            teach=tuple(random.sample(words, 2)),
            learn=tuple(random.sample(words, 2)),
            topics=tuple(random.sample(words, 3)),
        )
        for index in range(count)
    ]


def meetings(rotation):
    """List for each round every two people who are together."""
    return [
        [frozenset(two) for group in one.groups for two in combinations(group.members, 2)]
        for one in rotation.rounds
    ]


def repeats(rotation):
    """Count for each round the pairs who were together in a round before."""
    seen, counts = set(), []
    for pairs in meetings(rotation):
        counts.append(sum(one in seen for one in pairs))
        seen.update(pairs)
    return counts


def spreads(rotation):
    """Give after each round how much the seats in trios differ."""
    seats = dict.fromkeys(rotation.people, 0)
    found = []
    for one in rotation.rounds:
        for group in one.groups:
            if len(group.members) == 3:
                for member in group.members:
                    seats[member] += 1
        found.append(max(seats.values()) - min(seats.values()))
    return found


def is_whole(rotation):
    """Tell whether everybody is in one group of each round, and at most one is a trio."""
    return all(
        sorted(member for group in one.groups for member in group.members) == list(rotation.people)
        and sorted(len(group.members) for group in one.groups)
        == [2] * (len(one.groups) - len(rotation.people) % 2) + [3] * (len(rotation.people) % 2)
        for one in rotation.rounds
    )


@pytest.mark.parametrize("count", range(4, 31, 2))
def test_even_numbers_meet_everybody_once(count):
    rotation = rotate(people(count), rounds=count - 1, seed=count)
    assert is_whole(rotation)
    assert repeats(rotation) == [0] * (count - 1)
    assert all(rotation.still_to_meet(member) == () for member in rotation.people)
    assert rotation.first_repeat is None


@pytest.mark.parametrize("count", [4, 6, 8, 10])
def test_small_even_numbers_always(count):
    for seed in range(8):
        alike = [Member(id=f"{index}") for index in range(count)]
        for members in (people(count, seed), alike):
            assert repeats(rotate(members, rounds=count - 1, seed=seed)) == [0] * (count - 1)


@pytest.mark.parametrize(
    ("count", "rounds"),
    [(3, 1), (5, 1), (7, 3), (9, 6), (11, 7), (13, 9), (15, 11), (17, 13), (21, 12)],
)
def test_odd_numbers_go_on_as_long_as_that_is_possible(count, rounds):
    """The most rounds there can be: counted pairs, and for 5 and 7 all rounds enumerated."""
    rotation = rotate(people(count), rounds=rounds)
    assert is_whole(rotation)
    assert repeats(rotation) == [0] * rounds
    if count != 7:
        assert max(spreads(rotation)) <= 1


@pytest.mark.parametrize("count", [5, 9, 11])
def test_trio_seats_stay_within_one_when_there_are_repeats(count):
    rotation = rotate(people(count), rounds=count)
    assert is_whole(rotation)
    assert max(spreads(rotation)) <= 1
    assert set(rotation.seats.values()) == {3}


def all_rounds(members):
    """Enumerate every way to make pairs, with one trio if the number is odd."""
    if not members:
        yield ()
        return
    first, *others = members
    for other in others:
        for rest in all_rounds([one for one in others if one != other]):
            if len(members) % 2 == 0 or any(len(group) == 3 for group in rest):
                yield ((first, other), *rest)
    if len(members) % 2:
        for two in combinations(others, 2):
            for rest in all_rounds([one for one in others if one not in two]):
                yield ((first, *two), *rest)


def pair_scores(members):
    """Score every two people alone."""
    return {
        frozenset(two): pair([one for one in members if one.id in two]).score
        for two in combinations(sorted(one.id for one in members), 2)
    }


def most_rounds(possible):
    """Search the longest list of rounds in which nobody meets twice."""
    met = [frozenset(map(frozenset, _pairs(groups))) for groups in possible]

    def longest(open_rounds):
        best = 0
        for place, number in enumerate(open_rounds):
            rest = [one for one in open_rounds[place + 1 :] if not met[one] & met[number]]
            if len(rest) + 1 > best:
                best = max(best, 1 + longest(rest))
        return best

    # All rounds look alike but for names, so the first may be the first.
    return 1 + longest([one for one in range(1, len(met)) if not met[one] & met[0]])


def _pairs(groups):
    return [two for group in groups for two in combinations(group, 2)]


@pytest.mark.parametrize("count", [4, 5, 6, 7])
def test_the_longest_calendars_by_brute_force(count):
    possible = list(all_rounds(list(range(count))))
    most = most_rounds(possible)
    rotation = rotate(people(count), rounds=most + 1)
    assert repeats(rotation)[:most] == [0] * most
    assert repeats(rotation)[most] > 0
    assert rotation.first_repeat == most + 1


def trios_in_turn(groups, ids, seats):
    """Tell whether no other three have sat in a trio less often than these."""
    counts = dict(zip(ids, seats, strict=True))
    return all(
        sum(counts[one] for one in group) == sum(sorted(seats)[:3])
        for group in groups
        if len(group) == 3
    )


@pytest.mark.parametrize("count", [4, 5, 6, 7, 8])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("fairness", Fairness)
def test_every_bound_holds_by_brute_force(count, seed, fairness):
    members = people(count, seed)
    scores = pair_scores(members)
    policy = replace(Policy.preset("meetup"), fairness=fairness)
    rotation = rotate(members, rounds=count + 1, seed=seed, policy=policy)
    possible = list(all_rounds([one.id for one in members]))
    worth = [
        sum(
            sum(scores[frozenset(two)] for two in combinations(group, 2)) // (len(group) - 1)
            for group in groups
        )
        for groups in possible
    ]
    seen = set()
    for one, pairs in zip(rotation.rounds, meetings(rotation), strict=True):
        assert one.score <= one.upper_bound
        seats = one.history.trio_seats(rotation.people).tolist()
        is_turn = trios_in_turn([group.members for group in one.groups], rotation.people, seats)
        fresh = [
            value
            for groups, value in zip(possible, worth, strict=True)
            if seen.isdisjoint(map(frozenset, _pairs(groups)))
            if trios_in_turn(groups, rotation.people, seats) or not is_turn
        ]
        if fresh and seen.isdisjoint(pairs):
            assert max(fresh) <= one.upper_bound
        seen.update(pairs)
    if fairness is Fairness.TOTAL:
        assert rotation.rounds[0].score == max(worth) or count % 2
    assert rotation.score <= rotation.upper_bound
    assert 0 <= rotation.gap < 1


def test_each_round_is_proven_while_there_is_room():
    rotation = rotate(people(40), rounds=15)
    assert [one.gap for one in rotation.rounds] == [0.0] * 15
    by_hand = History()
    for one in rotation.rounds:
        alone = pair(people(40), history=by_hand)
        assert (one.score, one.upper_bound) == (alone.score, alone.upper_bound)
        by_hand += History.of([[group.members for group in one.groups]])


def test_many_people():
    rotation = rotate(people(200), rounds=5)
    assert is_whole(rotation)
    assert not any(repeats(rotation))
    assert rotation.gap == 0.0


def test_the_same_again_in_any_order():
    members = people(11)
    one, other = (rotate(order, rounds=9, seed=5) for order in (members, members[::-1]))
    assert one.to_json() == other.to_json()


# --- earlier rounds and rules ---------------------------------------------------------------------


@settings(max_examples=15)
@given(st.integers(4, 9), st.integers(1, 4), st.integers(0, 1000))
def test_earlier_rounds_count(count, before, seed):
    members = people(count, seed)
    past = rotate(members, rounds=before, seed=seed).history()
    rotation = rotate(members, rounds=2, history=past, seed=seed + 1)
    assert is_whole(rotation)
    for one in rotation.rounds:
        assert one.history.rounds[:before] == past.rounds
        for group in one.groups:
            assert group.repeats == sum(
                one.history.times_met(*two) for two in combinations(group.members, 2)
            )
    if count % 2 == 0 and before == 1:
        assert not any(group.repeats for one in rotation.rounds for group in one.groups)


def test_a_calendar_may_be_continued():
    members = people(8)
    first = rotate(members, rounds=4)
    rest = rotate(members, rounds=3, history=first.history())
    assert first.rounds[0].history == History()
    assert not any(group.repeats for one in rest.rounds for group in one.groups)


def test_after_everybody_has_met_the_oldest_meet_first():
    rotation = rotate(people(6), rounds=8)
    assert repeats(rotation) == [0] * 5 + [3] * 3
    found = meetings(rotation)
    assert [set(pairs) for pairs in found[5:]] == [set(pairs) for pairs in found[:3]]


def test_sections_are_planned_each_for_itself():
    members = [
        Member(id=f"{section}{number}", section=section)
        for section, count in (("a", 4), ("b", 6), ("c", 9))
        for number in range(count)
    ]
    policy = Policy(name="sections", weights={"level": 1}, same=("section",))
    rotation = rotate(members, rounds=6, policy=policy)
    assert all(
        len({member[0] for member in group.members}) == 1
        for one in rotation.rounds
        for group in one.groups
    )
    seen = {"a": set(), "b": set(), "c": set()}
    for number, pairs in enumerate(meetings(rotation), start=1):
        for two in pairs:
            (section,) = {member[0] for member in two}
            most = {"a": 3, "b": 5, "c": 6}[section]
            assert (two in seen[section]) == (number > most)
            seen[section].add(two)


def test_never_and_must_hold_in_every_round():
    policy = Policy(
        name="rules", weights={"level": 1}, never=(("000", "001"),), must=(("002", "003"),)
    )
    rotation = rotate(people(10), rounds=6, policy=policy)
    for pairs in meetings(rotation):
        assert frozenset({"000", "001"}) not in pairs
        assert frozenset({"002", "003"}) in pairs
    rest = [[two for two in pairs if "002" not in two] for pairs in meetings(rotation)]
    assert len({two for pairs in rest for two in pairs}) == 6 * 4
    assert "001" in rotation.still_to_meet("000")  # a rule is nobody's business


def test_rules_that_cannot_hold():
    never = tuple(("000", f"{other:03d}") for other in range(1, 4))
    policy = Policy(name="lonely", weights={"level": 1}, different=("section",))
    members = [Member(id=f"{index}", section="all") for index in range(4)]
    with pytest.raises(InfeasibleError):
        rotate(members, rounds=2, policy=policy)
    relaxed = rotate(members, rounds=3, policy=policy, relax=True)
    assert is_whole(relaxed)
    assert all(one.relaxed for one in relaxed.rounds)
    alone = rotate(
        people(5),
        rounds=2,
        policy=Policy(name="x", weights={"level": 1}, never=(*never, ("000", "004"))),
    )
    assert "000" in alone.rounds[0].not_paired
    assert alone.people == ("001", "002", "003", "004")


def test_circles_have_the_fewest_repeats_in_each_round():
    rotation = rotate(people(9), rounds=4, size=3)
    assert [len(group.members) for one in rotation.rounds for group in one.groups] == [3] * 12
    assert repeats(rotation) == [0] * 4  # the affine plane of order three


def test_who_is_not_there():
    paused = Member(id="p", is_paused=True)
    rotation = rotate([*people(4), paused], rounds=3)
    assert set(rotation.rounds[2].not_paired) == {"p"}
    assert rotation.people == ("000", "001", "002", "003")
    for question in (rotation.partners, rotation.still_to_meet):
        with pytest.raises(ValueError, match='"p" is in no group'):
            question("p")
    nobody = rotate([paused], rounds=2)
    assert nobody.people == ()
    assert nobody.rounds[0].groups == ()
    assert nobody.gap == 0.0


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_very_few(count):
    rotation = rotate(people(count), rounds=3)
    assert len(rotation.people) == (count if count > 1 else 0)
    assert len(rotation.rounds) == 3
    assert rotation.certificate().sentences()


def test_bad_input():
    for rounds in (0, -1, MOST_ROUNDS + 1):
        with pytest.raises(ValueError, match="rounds must be from 1"):
            rotate(people(4), rounds=rounds)
    with pytest.raises(MemberError):
        rotate([Member(id="a"), Member(id="a")], rounds=2)
    for limit in (-1, float("nan")):
        with pytest.raises(ValueError, match="time limit"):
            rotate(people(4), rounds=2, time_limit=limit)


@pytest.mark.parametrize(("count", "size"), [(8, 2), (9, 2), (9, 3), (4, 2)])
def test_a_run_that_is_watched_and_stopped(count, size):
    told = []
    whole = rotate(people(count), rounds=6, size=size, progress=told.append)
    assert len(whole.rounds) == 6
    assert {progress.rounds for progress in told} >= set(range(1, 6))
    for progress in told:
        if not whole.first_repeat or progress.rounds < whole.first_repeat:
            so_far = whole.rounds[: progress.rounds]
            assert progress.score == sum(one.score for one in so_far)
            assert progress.upper_bound == sum(one.upper_bound for one in so_far)
            assert 0 <= progress.gap < 1
    stopped = rotate(
        people(count), rounds=6, size=size, progress=lambda progress: progress.rounds == 4
    )
    assert len(stopped.rounds) == 4
    assert is_whole(stopped) or size == 3


@pytest.mark.parametrize(("count", "size"), [(8, 2), (9, 2), (60, 2), (9, 3)])
@pytest.mark.parametrize("fairness", Fairness)
def test_a_calendar_with_a_time_limit_holds_what_was_found(count, size, fairness):
    policy = replace(Policy.preset("meetup"), fairness=fairness)
    calendar = rotate(people(count), rounds=6, policy=policy, size=size, time_limit=0)
    assert len(calendar.rounds) == 1
    assert is_whole(calendar) or size == 3
    best = rotate(people(count), rounds=1, policy=policy, size=size)
    assert calendar.upper_bound >= best.score
    assert calendar.score <= calendar.upper_bound
    in_time = rotate(people(count), rounds=3, policy=policy, size=size, time_limit=3600)
    assert in_time.to_json() == rotate(people(count), rounds=3, policy=policy, size=size).to_json()


def test_parts_that_are_stopped_end_together():
    members = [
        Member(id=f"{section}{number}", section=section)
        for section, count in (("a", 4), ("b", 6))
        for number in range(count)
    ]
    policy = Policy(name="sections", weights={"level": 1}, same=("section",))
    rotation = rotate(members, rounds=5, policy=policy, progress=lambda told: told.rounds == 2)
    assert len(rotation.rounds) == 2
    assert is_whole(rotation)


# --- what a calendar answers ----------------------------------------------------------------------


def test_whom_i_still_have_to_meet():
    members = people(6)
    past = History.of([[["000", "005"]]])
    rotation = rotate(members, rounds=2, history=past)
    partners = [other for others in rotation.partners("000") for other in others]
    assert "005" not in partners
    assert rotation.still_to_meet("000", after=0) == ("001", "002", "003", "004")
    assert set(rotation.still_to_meet("000")) == {"001", "002", "003", "004"} - set(partners)


def test_the_certificate_says_what_is_so():
    even = rotate(people(6), rounds=5).certificate()
    assert (even.first_repeat, even.most_seats, even.people, even.rounds) == (None, 0, 6, 5)
    assert [one.code for one in even.sentences()] == [
        "rotation",
        "rotation_no_repeats",
        "rotation_score",
    ]
    odd = rotate(people(5), rounds=5)
    said = [str(one) for one in odd.certificate().sentences()]
    assert "From round 2 on there are repeats" in said[1]
    assert said[2] == "Seats in a trio are shared: everybody has at least 3 and at most 3."
    assert str(odd.score) in said[3]
    assert str(odd.upper_bound) in said[3]
    assert odd.certificate().to_dict()["sentences"][1]["text"] == said[1]


def test_certificates_say_when_the_bound_holds_only_with_the_trio_seat_in_turn():
    odd, even = rotate(people(7), rounds=3), rotate(people(6), rounds=3)
    for calendar, is_said in ((odd, True), (even, False)):
        certificates = [calendar.certificate(), *(one.certificate() for one in calendar.rounds)]
        for one in certificates:
            codes = [sentence.code for sentence in one.sentences()]
            assert ("proof_trio_in_turn" in codes) is is_said
    alone = pair(people(7)).certificate()
    assert "proof_trio_in_turn" not in [sentence.code for sentence in alone.sentences()]


def test_two_who_must_be_together_take_in_another_one_each_round():
    people = [Member(id=name) for name in "abcde"]
    rules = Policy(name="bound", weights={"level": 1}, must=(("a", "b"),))
    rounds = rotate(people, rounds=3, policy=rules).rounds
    thirds = {
        member
        for one in rounds
        for group in one.groups
        if len(group.members) == 3
        for member in set(group.members) - {"a", "b"}
    }
    assert thirds == {"c", "d", "e"}
    assert all(any({"a", "b"} <= set(group.members) for group in one.groups) for one in rounds)
