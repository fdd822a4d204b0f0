"""The members file: what is understood, and every problem at once with its place."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerloom import Availability, MembersFileError, read_members

HEADER = "id,name,email,level,teach,learn,topics,timezone,availability,paused"


def problems(path):
    with pytest.raises(MembersFileError) as caught:
        read_members(path)
    error = caught.value
    assert error.code == "members_file_invalid"
    assert str(error).count("\n") == len(error.problems) - 1
    assert str(error).startswith(f"{path.name}: ")
    return [str(problem) for problem in error.problems]


def test_a_full_line(write):
    (ada,) = read_members(
        write(
            f"{HEADER},pronouns\n"
            "ada, Ada  Lovelace ,ada@example.org,3,SQL; Git;sql,Rust,open data,Europe/Berlin,"
            '"Mon 18:00-20:00; Sat 10:00-12:30",No,she/her\n'
        )
    )
    assert (ada.id, ada.name, ada.email, ada.level) == ("ada", "Ada Lovelace", "ada@example.org", 3)
    assert (ada.teach, ada.learn, ada.topics) == (("SQL", "Git"), ("Rust",), ("open data",))
    assert ada.timezone == "Europe/Berlin"
    assert ada.availability == Availability.parse("Mon 18:00-20:00; Sat 10:00-12:30")
    assert not ada.is_paused
    assert ada.columns == {"pronouns": "she/her"}


def test_everything_that_can_count(write):
    (ada,) = read_members(
        write(
            "id;Challenges;goals;Languages;formats;experience;section;blocked;"
            "Protected: Field;protected:origin;city\n"
            'ada;"focus; time";a job;"English;Deutsch";online;2;Section A;"bo; Bo";'
            "Arts;;Oslo\n"
        )
    )
    assert (ada.challenges, ada.goals) == (("focus", "time"), ("a job",))
    assert (ada.languages, ada.formats) == (("English", "Deutsch"), ("online",))
    assert (ada.experience, ada.section) == (2, "Section A")
    # Ids are told apart to the letter.
    assert ada.blocked == ("bo", "Bo")
    assert ada.protected == {"Field": "Arts"}
    assert ada.columns == {"city": "Oslo"}


def test_cells_that_say_nothing(write):
    (ada,) = read_members(
        write("id,experience,section,languages,blocked,protected:field\nada,,,,,\n")
    )
    assert (ada.experience, ada.section, ada.languages) == (None, "", ())
    assert (ada.blocked, ada.protected) == ((), {})


def test_a_problem_with_what_is_private_does_not_repeat_it(write):
    found = problems(
        write(
            "id,experience,blocked,protected:field,note\n"
            "ada,many,se\0cret,sec\0ret,a note\n"
            f"bo,1,{'x' * 201},{'y' * 201},\n"
        )
    )
    assert found == [
        'line 2, column "experience": expected a whole number from 0 to 1000, found "many"',
        'line 2, column "blocked": expected text without control characters, found something else',
        'line 2, column "protected:field": expected text without control characters, '
        "found something else",
        'line 3, column "blocked": expected at most 200 characters, found something else',
        'line 3, column "protected:field": expected at most 200 characters, found something else',
    ]


def test_a_column_whose_name_cannot_be_used_loses_nobody(write):
    (problem,) = problems(write(f"id,{'x' * 201}\nada,1\n"))
    assert "expected at most 200 characters" in problem


def test_only_the_id_must_be_there(write):
    members = read_members(write("id\nada\n\n , \nbo\n".replace(" , ", " ")))
    assert [member.id for member in members] == ["ada", "bo"]
    assert members[0].timezone == "UTC"
    assert members[0].columns == {}


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_line_ends_and_byte_order_marks(write, bom, line_end, delimiter):
    lines = [["id", "E-Mail", "Time zone", "teach"], ["ada", "a@b", "Asia/Tokyo", '"SQL;Git"']]
    text = bom + line_end.join(delimiter.join(line) for line in lines) + line_end
    (ada,) = read_members(write(text))
    assert (ada.email, ada.timezone, ada.teach) == ("a@b", "Asia/Tokyo", ("SQL", "Git"))


@pytest.mark.parametrize(
    ("written", "read"),
    [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("0", False), ("", False)],
)
def test_paused(write, written, read):
    assert read_members(write(f"id,paused\nada,{written}\n"))[0].is_paused is read


def test_every_problem_at_once_with_its_place(write):
    path = write(
        f"{HEADER}\n"
        "ada,Ada,,high,,,,Berlin,,\n"
        '"bo","Bo\nBlock",,0,,,,,Mon 25:00-26:00,maybe\n'
        "ada,Ada again,,3,,,,,,\n"
        "cy,too,few\n"
        ",nobody,,,,,,,,\n"
        "di,D\0i,,,,,,,,\n"
    )
    assert problems(path) == [
        'line 2, column "level": expected a whole number from 1 to 5, found "high"',
        'line 2, column "timezone": expected a time zone name such as "Europe/Berlin" '
        '(did you mean "Europe/Berlin"?), found "Berlin"',
        'line 4, column "level": expected a whole number from 1 to 5, found "0"',
        'line 4, column "availability": expected weekly times such as '
        '"Mon 18:00-20:00; Sat 10:00-12:30" ("Mon 25:00-26:00": a time lies between 00:00 and '
        '24:00), found "Mon 25:00-26:00"',
        'line 4, column "paused": expected "yes" or "no", found "maybe"',
        'line 5, column "id": expected an id that is used once; line 2 has the same, found "ada"',
        "line 6: expected 10 cells, as in the header, found 3",
        'line 7, column "id": expected some text, found ""',
        'line 8, column "name": expected text without control characters, found "D\\x00i"',
    ]


@pytest.mark.parametrize("level", ["0", "6", "-1", "2.5", "3.0", "high", "٣", "1e0", "9" * 5000])
def test_levels_that_are_none(write, level):
    (problem,) = problems(write(f"id,level\nada,{level}\n"))
    assert problem.startswith('line 2, column "level": expected a whole number from 1 to 5, found')
    assert len(problem) < 200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: expected a header and at least one line, found an empty file"),
        (b"\xef\xbb\xbf \n", "line 1: expected a header and at least one line, found an empty"),
        (b"id,name\n", "line 2: expected at least one member, found only a header"),
        ("id,name\nada,Ad\xe4\n".encode("latin-1"), "line 2: expected text in UTF-8"),
        ("id\nada\n".encode("utf-16"), "line 1: expected text in UTF-8"),
        (b"name,level\nAda,3\n", 'line 1, column "id": expected this column'),
        (b"id,name,NAME\nada,x,y\n", 'line 1, column "name": expected a header with different'),
        (b"id,\nada,lost\n", "line 2: expected a name for this column in the header"),
        (b'id,name\nada,"open\nbo,Bo\n', "line 2: expected cells that end before the next"),
        (b'id,name\nada,"a"b"\n', "line 2: expected cells that end before the next one starts"),
        (b"id,availabilty\nada,\n", 'line 1: expected "availability"'),
        (b"id,language\nada,\n", 'line 1: expected "languages"'),
        (b"id,protected:\nada,x\n", 'line 1: expected "protected:" and the name of an attribute'),
        (b"id,protectd:field\nada,x\n", 'line 1: expected "protected:" and the name of'),
        (b"id,name\nada," + b"x" * 201, 'line 2, column "name": expected at most 200 characters'),
        (
            b"id,teach\nada," + b";".join(b"%d" % i for i in range(51)),
            "expected at most 50 entries",
        ),
        (b"id,timezone\nada,../../etc/passwd\n", 'line 2, column "timezone": expected a time zone'),
    ],
)
def test_files_that_cannot_be_read(write, content, said):
    found = problems(write(content))
    assert len(found) == 1
    assert said in found[0]


def test_a_file_without_the_id_column_also_names_its_other_problems(write):
    assert [problem.partition(":")[0] for problem in problems(write("name,level\nAda,9\n"))] == [
        'line 1, column "id"',
        'line 2, column "level"',
    ]


def test_empty_columns_and_lines_of_a_spreadsheet_are_nothing(write):
    members = read_members(write("id,name,,\nada,Ada,,\n,,,\nbo,Bo,,\n"))
    assert [member.name for member in members] == ["Ada", "Bo"]


def test_missing_files_and_folders(tmp_path):
    assert problems(tmp_path / "none.csv") == [
        "expected a file that can be read, found no such file or directory"
    ]
    assert problems(tmp_path) == ["expected a file that can be read, found is a directory"]


def test_a_problem_can_be_used_by_a_program(write):
    with pytest.raises(MembersFileError) as caught:
        read_members(write("id,level\nada,high\n"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, "level")
    assert (problem.expected, problem.found) == ("a whole number from 1 to 5", "high")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.binary(max_size=80) | st.text(alphabet='id,;\t"\n\r\0aé=', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_place(write, content):
    path = write(b"id,level\n" + content)
    try:
        assert read_members(path)
    except MembersFileError as error:
        lines = content.count(b"\n") + content.count(b"\r") + 3
        assert error.problems  # noqa: PT017 - both ways out are right
        assert all(1 <= problem.line <= lines for problem in error.problems)  # noqa: PT017 - as above


def test_the_example_looks_like_life(example):
    members = read_members(example)
    assert len(members) == 31
    assert len({member.timezone for member in members}) == 9
    assert sum(member.is_paused for member in members) == 1
    assert sum(not member.name for member in members) == 1
    assert any(not member.email for member in members)
    assert any(not member.name.isascii() for member in members)
