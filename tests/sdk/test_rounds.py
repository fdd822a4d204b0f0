"""History: who has been together with whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from peerloom import History

ids = st.sampled_from("abcdef")
rounds = st.lists(st.lists(st.sets(ids, min_size=1), max_size=3), max_size=4)


@given(rounds)
def test_the_matrix_and_the_question_agree(rounds):
    history = History.of(rounds)
    matrix = history.times_met_matrix("abcxyz")
    for row, one in enumerate("abcxyz"):
        for column, other in enumerate("abcxyz"):
            assert matrix[row, column] == history.times_met(one, other)
            assert history.times_met(one, other) == sum(
                one != other and any({one, other} <= group for group in groups) for groups in rounds
            )


def test_histories_add_up():
    first, second = History.of([[["a", "b"]]]), History.of([[["b", "a"], ["c", "d"]]])
    both = first + second
    assert both.times_met("a", "b") == 2
    assert both.times_met("c", "d") == 1
    assert both == History.of([[["a", "b"]], [["a", "b"], ["c", "d"]]])


def test_a_history_without_groups_is_no_history():
    assert not History()
    assert not History(((), ()))
    assert History.of([[["a", "b"]]])
