"""Long runs: what they tell, and that they stop with the truth about what they found."""

from __future__ import annotations

from random import Random

import pytest

from peerloom import History, Member, Policy, Progress, pair
from peerloom.pairing.progress import Progress as EngineProgress
from peerloom.progress import ScoreTeller, Stage, Watch


def people(count, seed=0):
    random = Random(seed)
    words = [f"w{number}" for number in range(20)]
    return [
        Member(
            id=f"{number:04d}",
            level=random.randint(1, 5),
            topics=tuple(random.sample(words, 4)),
            teach=tuple(random.sample(words, 3)),
            learn=tuple(random.sample(words, 3)),
        )
        for number in range(count)
    ]


def history_of(count):
    first = [[f"{number:04d}", f"{number + 1:04d}"] for number in range(0, count - 1, 2)]
    return History.of([first])


def everybody_once(pairing):
    placed = [one for group in pairing.groups for one in group.members]
    return sorted(placed) == [member.id for member in pairing.members]


@pytest.mark.parametrize(("count", "size"), [(200, 2), (61, 2), (40, 3)])
@pytest.mark.parametrize("has_history", [False, True])
def test_what_is_told_holds_in_the_end(count, size, has_history):
    told = []
    history = history_of(count) if has_history else None
    pairing = pair(people(count), size=size, history=history, progress=told.append)
    assert told
    for progress in told:
        assert progress.stage is Stage.GROUPING
        assert 0.0 <= progress.gap <= 1.0
        assert progress.score is None or progress.score <= progress.upper_bound
    assert min(progress.upper_bound for progress in told) >= pairing.score
    assert pairing == pair(people(count), size=size, history=history)


@pytest.mark.parametrize(("count", "size"), [(200, 2), (61, 2), (161, 2), (40, 3)])
def test_a_run_that_is_stopped_gives_what_it_has_with_its_true_gap(count, size):
    calls = []

    def stop(progress):
        calls.append(progress)
        return True

    best = pair(people(count), size=size)
    pairing = pair(people(count), size=size, progress=stop)
    assert len(calls) == 1
    assert everybody_once(pairing)
    assert pairing.score <= best.score <= pairing.upper_bound
    late = pair(people(count), size=size, time_limit=0)
    assert late.groups == pairing.groups


def test_enough_time_changes_nothing():
    assert pair(people(40), time_limit=3600) == pair(people(40))


def test_locked_groups_count_in_what_is_told():
    told = []
    pairing = pair(people(80), locked=[["0000", "0001"]], progress=told.append)
    assert min(progress.upper_bound for progress in told) >= pairing.score
    assert max(progress.score or 0 for progress in told) <= pairing.upper_bound


def test_the_search_for_exceptions_is_told_too():
    told = []
    policy = Policy(name="strict", weights={"level": 1}, least_common_minutes=60)
    pairing = pair(people(70), policy=policy, relax=True, progress=told.append)
    assert len(pairing.relaxed) == 35
    assert {progress.stage for progress in told} >= {Stage.RELAXING}


def test_a_watch_stops_at_its_time_and_stays_so():
    now = [10.0]
    watch = Watch(time_limit=5, clock=lambda: now[0])
    tell = watch.teller(Stage.GROUPING, beside=100)
    state = EngineProgress(total=50, upper_bound=60)
    assert tell(state) is False
    now[0] = 15.0
    assert tell(state) is True
    now[0] = 0.0
    assert tell(state) is True


def test_a_watch_tells_no_more_after_it_was_stopped():
    told = []
    watch = Watch(lambda progress: told.append(progress) or len(told) == 2)
    tell = watch.teller(Stage.RELAXING, beside=100)
    answers = [tell(EngineProgress(total, 60)) for total in (-1, 50, 55)]
    assert answers == [False, True, True]
    assert told == [
        Progress(stage=Stage.RELAXING, score=None, upper_bound=160),
        Progress(stage=Stage.RELAXING, score=150, upper_bound=160),
    ]
    assert told[0].gap == 1.0
    assert Watch().teller(Stage.GROUPING) is None


def test_penalties_are_taken_out_of_what_is_told():
    told = []
    tell = ScoreTeller(told.append, highest=100, unit=120)
    tell(EngineProgress(total=-1, upper_bound=400))
    tell(EngineProgress(total=90 - 3 * 120, upper_bound=95 - 3 * 120))
    tell.nothing_new(EngineProgress(total=7, upper_bound=8))
    assert told == [
        EngineProgress(-1, 100),
        EngineProgress(90, 95),
        EngineProgress(90, 95),
    ]


@pytest.mark.parametrize("limit", [-1, float("nan"), "3", True])
def test_a_time_limit_is_a_number_of_seconds(limit):
    with pytest.raises(ValueError, match="seconds from zero up"):
        pair(people(4), time_limit=limit)


def test_a_time_limit_may_be_longer_than_any_number_holds():
    assert pair(people(4), time_limit=10**400) == pair(people(4))
