"""One's own activities: files that are read, and what is said of those that cannot be."""

from __future__ import annotations

import textwrap

import pytest

from peerloom.errors import PeerloomError
from peerloom.mentoring import activity_files
from peerloom.mentoring.activity_files import (
    ActivityFileError,
    ActivityFolderError,
    built_in_activities,
    read_activities,
    read_activity,
)
from peerloom.mentoring.activity_schedules import schedule
from peerloom.mentoring.activity_steps import Seat

GAME = """
id = "{id}"
title = "Whiteboard"
summary = "Draw before you type."
serves = ["S9"]

[[steps]]
title = "Draw"
minutes = 12
in_turn = true
text = "One of you draws."
[steps.a]
role = "teaches"
prompts = ["This box is ..."]
[steps.b]
role = "learns"

[[steps]]
title = "Compare"
minutes = 10
least = 4
text = "What do the drawings share?"
"""


def put(folder, name, text=GAME, **values):
    path = folder / name
    path.write_text(text.format(**{"id": "whiteboard"} | values) if text is GAME else text)
    return path


def problems(folder):
    with pytest.raises(ActivityFolderError) as caught:
        read_activities(folder)
    return str(caught.value).splitlines()


def test_one_s_own_stand_beside_those_of_the_package(tmp_path):
    put(tmp_path, "b.toml", id="second")
    put(tmp_path, "a.toml", id="first")
    (tmp_path / "notes.txt").write_text("not an activity")
    (tmp_path / "drafts").mkdir()
    put(tmp_path / "drafts", "c.toml", "broken")
    found = read_activities(tmp_path)
    assert list(found) == [*built_in_activities(), "first", "second"]
    plan = schedule(found["first"], ("ada", "bo"), 34)
    assert [timed.minutes for timed in plan.steps] == [12, 12, 10]
    assert "first" not in built_in_activities()


def test_the_example_in_the_documentation_is_complete(tmp_path):
    text = activity_files.__doc__.partition("::")[2].partition("Further keys")[0]
    shown = read_activity(put(tmp_path, "shown.toml", textwrap.dedent(text)))
    assert (shown.id, shown.sizes, len(shown.steps)) == ("whiteboard", (2, 3), 2)
    assert shown.steps[0].prompts == ()
    assert shown.steps[0].seat(Seat.REST) == shown.steps[0].b


def test_an_empty_folder_changes_nothing(tmp_path):
    assert read_activities(tmp_path) == built_in_activities()


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GAME.format(id="a").replace("\n", "\r\n").encode())
    assert read_activity(path).title == "Whiteboard"


def test_an_activity_of_the_package_is_only_replaced_on_purpose(tmp_path):
    put(tmp_path, "mine.toml", id="teach_off")
    assert problems(tmp_path) == [
        'mine.toml: key "id": expected an id of its own, or "replaces_built_in = true", '
        'found "teach_off", which comes with the package'
    ]
    put(tmp_path, "mine.toml", "replaces_built_in = true\n" + GAME.format(id="teach_off"))
    found = read_activities(tmp_path)
    assert found["teach_off"].title == "Whiteboard"
    assert list(found) == list(built_in_activities())
    assert built_in_activities()["teach_off"].title == "Teach-Off"


def test_what_replaces_nothing_is_a_slip_of_the_pen(tmp_path):
    put(tmp_path, "mine.toml", "replaces_built_in = true\n" + GAME.format(id="teach_of"))
    assert problems(tmp_path) == [
        'mine.toml: key "id": expected the id of an activity of the package, because of '
        'replaces_built_in, found "teach_of"'
    ]
    put(tmp_path, "mine.toml", 'replaces_built_in = "yes"\n' + GAME.format(id="teach_off"))
    assert problems(tmp_path) == [
        'mine.toml: key "replaces_built_in": expected true or false, found "yes"'
    ]


def test_an_id_stands_in_one_file_only(tmp_path):
    put(tmp_path, "a.toml")
    put(tmp_path, "b.toml")
    assert problems(tmp_path) == [
        'b.toml: key "id": expected an id of its own, found "whiteboard", which a.toml has already'
    ]


def test_every_problem_of_every_file_is_named_with_its_place(tmp_path):
    put(
        tmp_path,
        "a.toml",
        GAME.format(id="a").replace("12", '"twelve"').replace("teaches", "helps"),
    )
    put(tmp_path, "b.toml", GAME.format(id="b").replace("summary", "sumary"))
    put(tmp_path, "c.toml", 'id = "c\n')
    put(tmp_path, "d.toml", "")
    put(tmp_path, "fine.toml")
    found = problems(tmp_path)
    assert found[:2] == [
        'a.toml: key "steps[1].minutes": expected a whole number, found "twelve"',
        'a.toml: key "steps[1].a.role": expected one of teaches, learns, listens, speaks, '
        'together, found "helps"',
    ]
    assert found[2] == 'b.toml: key "summary": expected text, found nothing'
    assert found[3].startswith('b.toml: key "sumary": expected a key that is known here (did you')
    assert found[4].startswith("c.toml: expected TOML, found Illegal character")
    assert "line 1" in found[4]
    assert found[5] == 'd.toml: key "id": expected text, found nothing'
    assert not any(line.startswith("fine.toml") for line in found)


def test_what_an_activity_refuses_as_a_whole_is_named_too(tmp_path):
    put(tmp_path, "a.toml", GAME.format(id="a").replace("least = 4\n", ""))
    (said,) = problems(tmp_path)
    assert said.startswith('a.toml: key "steps": expected at least one step that is neither in')


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"id = \xff")
    (tmp_path / "b.toml").mkdir()
    first, second = problems(tmp_path)
    assert first == "a.toml: expected a text file in UTF-8 that can be read, found another encoding"
    assert second.startswith("b.toml: expected a text file in UTF-8 that can be read, found ")


@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_a_folder_is_needed(tmp_path, name):
    (tmp_path / "file.txt").write_text("no folder")
    (told,) = problems(tmp_path / name)
    assert told.startswith(f"{name}: expected a folder that can be read, found n")


def test_a_folder_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def refused(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refused)
    (told,) = problems(tmp_path)
    assert told.endswith("expected a folder that can be read, found permission denied")


def test_errors_have_a_code_and_tell_a_log_only_how_many_there_are(tmp_path):
    path = put(tmp_path, "a.toml", 'id = "secret words"')
    with pytest.raises(ActivityFileError) as of_file:
        read_activity(path)
    with pytest.raises(PeerloomError) as of_folder:
        read_activities(tmp_path)
    assert of_file.value.code == "activity_file_invalid"
    assert of_folder.value.code == "activity_folder_invalid"
    assert of_folder.value.errors[0].problems == of_file.value.problems
    assert "secret" not in of_file.value.detail + of_folder.value.detail


def test_names_in_capitals_count_and_those_that_begin_with_a_dot_do_not(tmp_path):
    put(tmp_path, "BOARD.TOML", id="board")
    (tmp_path / "._board.toml").write_bytes(b"\x00\x05\x16\x07")
    put(tmp_path, ".#board.toml", id="half_saved")
    assert set(read_activities(tmp_path)) - set(built_in_activities()) == {"board"}


@pytest.mark.parametrize("text", ["a." * 3000 + "b = 1", "a = " + "[" * 5000, "a = " + "{b=" * 900])
def test_a_file_that_is_nested_without_end_is_refused(tmp_path, text):
    path = tmp_path / "deep.toml"
    path.write_text(text)
    with pytest.raises(ActivityFileError):
        read_activity(path)
