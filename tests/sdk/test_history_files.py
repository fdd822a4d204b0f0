"""History files: last month's output, or a list made by hand."""

from __future__ import annotations

import json

import pytest

from peerloom import History, HistoryFileError, Member, PastGroup, pair, read_history

ODD = ["=SUM(A1)", "'=x", "a;b", "-1", "ü", "two words", "+"]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_was_written_last_month_is_read(write, kind):
    members = [Member(id=one) for one in ODD] + [Member(id="p", is_paused=True)]
    pairing = pair(members)
    text = pairing.to_csv() if kind == "csv" else pairing.to_json()
    history = read_history(write(text, f"last.{kind}"))
    expected = History.of([[group.members for group in pairing.groups]])
    assert [set(groups) for groups in history.rounds] == [set(groups) for groups in expected.rounds]
    again = pair(members, history=history)
    assert not any(group.repeats for group in again.groups)


def test_lists_made_by_hand(write):
    by_round = write("round,members\n1,ada; bo\n2,bo;cy ;di\n1,cy;di\n", "rounds.csv")
    assert read_history(by_round) == History.of(
        [[["ada", "bo"], ["cy", "di"]], [["bo", "cy", "di"]]]
    )
    one_round = write("members\nada;bo\ncy;di\n", "round.csv")
    assert read_history(one_round) == History.of([[["ada", "bo"], ["cy", "di"]]])
    as_json = write('{"rounds": [[["ada", "bo"]], [["ada", "cy"]]], "note": "ours"}', "r.json")
    assert read_history(as_json) == History.of([[["ada", "bo"]], [["ada", "cy"]]])


@pytest.mark.parametrize(
    "content",
    [
        "round,members,met\n1,ada;bo,no\n1,cy;di,yes\n2,ada;cy,\n",
        "round,group,id,met\n1,1,ada,No\n1,1,bo,no\n1,2,cy,\n1,2,di,\n2,1,ada,YES\n2,1,cy,\n",
        '{"rounds": [{"groups": [{"members": ["ada", "bo"], "met": false}, ["cy", "di"]]},'
        ' [["ada", "cy"]]]}',
    ],
)
def test_groups_that_never_met(write, content):
    not_met = PastGroup(frozenset({"ada", "bo"}), met=False)
    assert read_history(write(content, "history")) == History.of(
        [[not_met, ["cy", "di"]], [["ada", "cy"]]]
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", 'line 1: expected a column "members", or the columns "group" and "id"'),
        ("members\n;\n", 'line 2, column "members": expected at least one id, found ";"'),
        ("group,id\n1,ada\n1,\n", 'line 3, column "id": expected at least one id'),
        ("members,met\na;b,maybe\n", 'line 2, column "met": expected "yes" or "no", found "maybe"'),
        ("{", "line 1: expected JSON"),
        ("[]", "expected keys with values"),
        ("{}", 'expected "rounds" or "groups"'),
        ('{"rounds": 3}', 'key "rounds": expected lists of ids'),
        ('{"rounds": [["ab"]]}', 'key "rounds": expected lists of ids'),
        ('{"groups": [{}]}', 'key "groups": expected lists of ids'),
        ('{"groups": [{"members": [1]}]}', 'key "groups": expected text'),
        ('{"groups": null}', 'key "groups": expected lists of ids'),
        ('{"groups": [{"members": ["a"], "met": 7}]}', 'key "groups": expected true or false'),
        ('{"rounds": [{}]}', 'key "rounds": expected lists of ids'),
        ('{"rounds": [[null]]}', 'key "rounds": expected lists of ids'),
        ('{"rounds": [[{"members": "ab"}]]}', 'key "rounds": expected lists of ids'),
        ("[" * 100_000, "expected JSON"),
        ('{"rounds": ' + "9" * 5000 + "}", "expected JSON of a usual size"),
    ],
)
def test_files_that_cannot_be_read(write, content, said):
    with pytest.raises(HistoryFileError) as caught:
        read_history(write(content, "history"))
    assert said in str(caught.value)
    assert caught.value.code == "history_file_invalid"


def test_a_missing_file(tmp_path):
    with pytest.raises(HistoryFileError, match="no such file"):
        read_history(tmp_path / "none.csv")


def test_json_and_csv_hold_the_same_history(write):
    pairing = pair([Member(id=one) for one in ODD])
    from_csv = read_history(write(pairing.to_csv(), "a"))
    from_json = read_history(write(pairing.to_json(), "b"))
    assert set(from_csv.rounds[0]) == set(from_json.rounds[0])
    assert json.loads(pairing.to_json())["groups"][0]["members"]
