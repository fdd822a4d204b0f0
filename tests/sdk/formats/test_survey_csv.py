"""Answers to surveys as tools export them: other headings, words, delimiters and encodings."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import Member, MembersFileError, read_members
from peerloom.formats.survey_csv import Answer, differences, read_survey
from peerloom.formats.survey_mapping import (
    MappingError,
    MappingFileError,
    Repeated,
    SurveyMapping,
    mapping_of,
    read_mapping,
)

FORM = (
    '"Timestamp","Student number","How long do you code?\n(roughly)","Free? [Monday]",'
    '"Free? [Tuesday]","What can you teach?","IP"\n'
    '"1","a1","< 1 year","Evening","","SQL, basics, Git","192.0.2.1"\n'
    '"2","b2","Many years","","Evening, 08:00-09:00","git","192.0.2.2"\n'
)
MAPS = (
    "id=student number",
    "level=How long do you code? (roughly)",
    "availability:Mon=Free? [Monday]",
    "availability:Tue=Free? [Tuesday]",
    "teach=What can you teach?",
)
VALUES = (
    ("level", "< 1 year=1"),
    ("level", "many  YEARS=5"),
    ("availability", "Evening=18:00-22:00"),
    ("teach", "SQL, basics=SQL"),
)
MAPPING = mapping_of(MAPS, VALUES, separator=",")


@pytest.fixture
def read(tmp_path):
    def read_content(content, mapping=None):
        path = tmp_path / "survey.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_survey(path, mapping)

    return read_content


def problems(read, content, mapping=None):
    with pytest.raises(MembersFileError) as caught:
        read(content, mapping)
    return str(caught.value).splitlines()


def test_a_form_with_its_own_questions_and_words(read):
    survey = read(FORM, MAPPING)
    ada, bo = (one.member for one in survey.answers)
    assert (ada.id, ada.level, ada.teach) == ("a1", 1, ("SQL", "Git"))
    assert str(ada.availability) == "Mon 18:00-22:00"
    assert (bo.id, bo.level, bo.teach) == ("b2", 5, ("git",))
    assert str(bo.availability) == "Tue 08:00-09:00; Tue 18:00-22:00"
    assert survey.left_out == ("Timestamp", "IP")
    assert [one.line for one in survey.answers] == [3, 4]


def test_a_members_file_is_read_as_ever(tmp_path, example):
    survey = read_survey(example, SurveyMapping(keep=("pronouns",)))
    assert tuple(one.member for one in survey.answers) == read_members(example)


def test_what_nobody_asked_for_is_left_out_unless_it_is_kept_or_counted(read):
    text = "id,City,Mail,Floor\na,Oslo,a@example.org,3\n"
    assert read(text).answers[0].member.columns == {}
    survey = read(text, SurveyMapping(keep=("city",), counted=("floor", "Room")))
    assert survey.answers[0].member.columns == {"City": "Oslo", "Floor": "3"}
    assert survey.left_out == ("Mail",)
    own = read(text, mapping_of(["column:town=City"], []))
    assert own.answers[0].member.columns == {"town": "Oslo"}


def test_one_column_for_each_choice(read):
    mapping = mapping_of(
        ["teach=Teach? [SQL]", "teach=Teach? [Git]"],
        [("Teach? [SQL]", "Yes=SQL"), ("Teach? [SQL]", "No="), ("Teach? [Git]", "yes=Git")],
    )
    survey = read("id,Teach? [SQL],Teach? [Git]\na,Yes,Yes\nb,No,\nc,No,yes\n", mapping)
    assert [one.member.teach for one in survey.answers] == [("SQL", "Git"), (), ("Git",)]
    assert "teach" not in survey.answers[1].told


def test_protected_answers_go_where_nobody_sees_them(read):
    mapping = mapping_of(["protected:background=Who are you?"], [])
    (answer,) = read("id,Who are you?\na,first in the family\n", mapping).answers
    assert answer.member.protected == {"background": "first in the family"}
    assert "family" not in repr(answer)
    (own,) = read("id,Protected:background\na,first in the family\n").answers
    assert own.member.protected == answer.member.protected


def test_times_that_are_written_out_are_not_parted(read):
    text = 'id,availability\na,"Mon, Wed 18:00-20:00; Sat 10-12"\n'
    (answer,) = read(text, SurveyMapping(separator=",")).answers
    assert str(answer.member.availability).startswith("Mon")
    assert answer.member.availability.minutes == 360


def test_columns_by_number(read):
    survey = read("Name,Name,id\nAda,Lovelace,a\n", mapping_of(["name=#2"], []))
    assert survey.answers[0].member.name == "Lovelace"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings_are_found_out(read, delimiter, encoding):
    text = f"id{delimiter}Wie, bitte?\r\nä{delimiter}3\r\n"
    if delimiter == ",":
        text = 'id,"Wie, bitte?"\r\nä,3\r\n'
    (answer,) = read(text.encode(encoding), mapping_of(["level=Wie, bitte?"], [])).answers
    assert (answer.member.id, answer.member.level) == ("ä", 3)


def test_a_line_that_names_the_delimiter(read):
    (answer,) = read("sep=;\r\nid;name\r\na;O, Ada\r\n").answers
    assert answer.member.name == "O, Ada"
    assert answer.line == 3


def test_another_encoding_is_said_and_never_guessed(read):
    content = "id,name\na,Zoë\n".encode("windows-1252")
    assert problems(read, content) == [
        'survey.csv: line 2: expected text in UTF-8 (in a spreadsheet, save as "CSV UTF-8"), found '
        "another encoding"
    ]
    (answer,) = read(content, SurveyMapping(encoding="windows-1252")).answers
    assert answer.member.name == "Zoë"
    assert "expected text in ascii" in problems(read, content, SurveyMapping(encoding="ascii"))[0]


def test_lines_below_the_header_that_are_no_answers(read):
    text = 'id,Q1\nNumber,"How long?"\n"{""ImportId"":1}",x\na,3\n'
    (answer,) = read(text, mapping_of(["level=Q1"], [], skip=2)).answers
    assert (answer.member.id, answer.member.level, answer.line) == ("a", 3, 4)


def test_lines_may_be_shorter_or_have_empty_cells_at_the_end(read):
    survey = read("id,name,level\na\nb,Bo,3,,\n\n,,\n")
    assert [one.member.name for one in survey.answers] == ["", "Bo"]
    assert problems(read, "id,name\na,Ada,3\n") == [
        "survey.csv: line 2: expected at most 2 cells, as in the header, found 3"
    ]


def test_the_same_problem_is_said_once(read):
    text = "id,level\n" + "".join(f"p{number},some\n" for number in range(5)) + "q,many\n"
    assert problems(read, text) == [
        'survey.csv: line 2, column "level": expected a whole number from 1 to 5 (the same on 4 '
        'more lines), found "some"',
        'survey.csv: line 7, column "level": expected a whole number from 1 to 5, found "many"',
    ]


def test_each_time_of_a_grid_that_means_nothing_is_said_once(read):
    mapping = mapping_of(
        ["availability:Mon=Free? [Mon]", "availability:Tue=Free? [Tue]"],
        [("availability", "Noon=12:00-13:00")],
        separator=",",
    )
    text = 'id,Free? [Mon],Free? [Tue]\na,Noon,"Evening, Noon"\nb,Evening,\nc,Late,Evening\n'
    assert problems(read, text, mapping) == [
        'survey.csv: line 2, column "Free? [Tue]": expected times such as "18:00-20:00" (the same '
        'in 2 more cells), found "Evening"',
        'survey.csv: line 4, column "Free? [Mon]": expected times such as "18:00-20:00", found '
        '"Late"',
    ]


def test_only_the_times_that_cannot_be_read_are_said(read):
    text = "id,availability\na,Mon 18:00-20:00; evenings\nb,evenings\nc,Tue 9:00-9:00\n"
    times = 'expected weekly times such as "Mon 18:00-20:00; Sat 10:00-12:30"'
    assert problems(read, text) == [
        f'survey.csv: line 2, column "availability": {times} (the same on one more line), found '
        '"evenings"',
        f'survey.csv: line 4, column "availability": {times} (it starts and ends at the same time; '
        'a whole day is 00:00-24:00), found "Tue 9:00-9:00"',
    ]


def test_which_columns_were_read(read):
    assert read(FORM, MAPPING).columns == (
        ("id", "Student number"),
        ("level", "How long do you code? (roughly)"),
        ("availability:Mon", "Free? [Monday]"),
        ("availability:Tue", "Free? [Tuesday]"),
        ("teach", "What can you teach?"),
    )


def test_a_private_answer_is_not_repeated_in_a_message(read):
    mapping = mapping_of(["protected:background=Who are you?"], [])
    (said,) = problems(read, f"id,Who are you?\na,{'secret' * 60}\n", mapping)
    assert "secret" not in said
    assert said.endswith("found something else")


def test_who_answered_twice(read):
    text = "id,level\na,1\nb,2\na,3\n"
    assert "line 2 has the same" in problems(read, text)[0]
    for repeated, level in ((Repeated.FIRST, 1), (Repeated.LAST, 3)):
        survey = read(text, SurveyMapping(repeated=repeated))
        assert {one.member.id: one.member.level for one in survey.answers} == {"a": level, "b": 2}
        assert survey.repeated == ("a",)


@pytest.mark.parametrize(
    ("content", "mapping", "said"),
    [
        ("id,Hwo long?\na,1\n", mapping_of(["level=How long?"], []), 'found "Hwo long?"'),
        ("id,x\na,1\n", mapping_of(["level=How long?"], []), "found none like it"),
        ("id,x\na,1\n", mapping_of(["level=#3"], []), 'a column with the heading "#3"'),
        ("id,x,X\na,1,2\n", mapping_of(["level=x"], []), 'say which, as "#2" or "#3", found 2'),
        ("id,x,X\na,1,2\n", mapping_of(["teach=x"], []), 'say which, as "#2" or "#3", found 2'),
        ("id,x,y\na,1,2\n", mapping_of(["level=x", "level=y"], []), 'one column, found "x, y"'),
        ("name\nAda\n", None, "expected an id for each person"),
        ("id,id\na,b\n", None, "a header with different names"),
        ("id,name\n,Ada\n", None, "expected some text"),
        ("id\n", None, "expected at least one answer"),
        ("id,level\na,1\n", mapping_of([], [("levle", "a=1")]), '(did you mean "level"?)'),
        (b"PK\x03\x04\0\0id,name\n", None, "found a file of another kind"),
        (b"", None, "an empty file"),
        ('id,name\na,"Ada\n', None, "open quotation mark"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(read, content, mapping, said):
    assert said in "\n".join(problems(read, content, mapping))


def test_a_formula_sign_that_an_export_hid_is_taken_back(read):
    assert read("id,name\na,'=Ada\n").answers[0].member.name == "=Ada"


def test_what_is_not_asked_or_answered_stays():
    known = Member(id="a", name="Ada", level=2, columns={"x": "1", "y": "2"}, protected={"p": "1"})
    news = Member(id="a", level=3, columns={"x": "", "y": "3", "z": ""}, protected={"q": "2"})
    answer = Answer(line=2, member=news, told=frozenset({"level", "columns", "protected"}))
    after = answer.onto(known)
    assert (after.name, after.level, after.columns) == ("Ada", 3, {"x": "1", "y": "3", "z": ""})
    assert after.protected == {"p": "1", "q": "2"}
    assert set(differences(known, after)) == {"level", "columns", "protected"}
    assert differences(known, after)["protected"] == (None, None)


# --- properties -----------------------------------------------------------------------------------

_texts = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="=#"), min_size=1, max_size=12
).filter(lambda text: text.strip() == text and text)


@given(
    heading=_texts.filter(lambda text: text.casefold() not in {"id", "level"}),
    meanings=st.dictionaries(_texts, st.integers(1, 5), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
)
def test_any_heading_and_any_words_can_be_mapped(tmp_path_factory, heading, meanings, delimiter):
    page = io.StringIO()
    writer = csv.writer(page, delimiter=delimiter)
    by_key = {" ".join(said.casefold().split()): level for said, level in meanings.items()}
    writer.writerow(["id", heading])
    writer.writerows([f"p{at}", said] for at, said in enumerate(meanings))
    path = tmp_path_factory.mktemp("survey") / "any.csv"
    path.write_text(page.getvalue(), encoding="utf-8", newline="")
    mapping = SurveyMapping(
        columns={"level": (heading,)},
        values={"level": {said: str(level) for said, level in meanings.items()}},
        delimiter=delimiter,
    )
    found = [one.member.level for one in read_survey(path, mapping).answers]
    wanted = [by_key[" ".join(said.casefold().split())] for said in meanings]
    assert found == wanted


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_is_more_than_an_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("survey") / "any.csv"
    path.write_bytes(content)
    mapping = mapping_of(["id=#1", "teach=#2"], [("teach", "a=b")], separator=",")
    for one in (mapping, SurveyMapping()):
        with suppress(MembersFileError):
            assert read_survey(path, one).answers


# --- mappings -------------------------------------------------------------------------------------


def test_a_mapping_file_says_the_same_as_options(tmp_path):
    path = tmp_path / "survey.toml"
    path.write_text(
        """
        separator = ","
        repeated = "last"
        keep = ["City"]
        [columns]
        id = "student number"
        level = "How long do you code? (roughly)"
        teach = ["What can you teach?"]
        "availability:Mon" = "Free? [Monday]"
        "availability:Tue" = "Free? [Tuesday]"
        [values.level]
        "< 1 year" = 1
        "many  YEARS" = 5
        [values.availability]
        Evening = "18:00-22:00"
        [values.teach]
        "SQL, basics" = "SQL"
        """
    )
    found = read_mapping(path)
    wanted = mapping_of(MAPS, VALUES, separator=",", keep=("City",), repeated=Repeated.LAST)
    assert found == wanted


def test_what_is_said_on_top_of_a_file_counts():
    below = mapping_of(["id=Number", "level=A"], [("level", "a=1"), ("level", "b=2")], skip=2)
    top = mapping_of(["level=B"], [("Level", "B=3")], keep=("City",))
    both = top.over(below)
    assert both.columns == {"id": ("Number",), "level": ("B",)}
    assert both.values == {"level": {"a": "1", "b": "3"}}
    assert (both.skip, both.keep) == (2, ("City",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("= 1", "expected TOML"),
        ("colums = 3", 'did you mean "columns"?'),
        ("columns = 3", "expected a heading"),
        ("[columns]\nlevle = 'x'", 'There is no field "levle" (did you mean "level"?)'),
        ("[columns]\nlevel = [1]", "expected a heading"),
        ("[values]\nlevel = 3", "expected what answers mean"),
        ("[values.level]\na = [1]", "expected what answers mean"),
        ("repeated = 'never'", "expected one of refuse, first, last"),
        ("skip = 'two'", "expected a number of lines"),
        ("skip = -1", "from 0 to 1000000"),
        ("skip = 99999999999999999999", "from 0 to 1000000"),
        ("delimiter = '::'", "needs a sign"),
        ("separator = ''", "needs a sign"),
        ("encoding = 'hex'", "There is no encoding"),
    ],
)
def test_a_mapping_file_that_cannot_be_used(tmp_path, text, said):
    path = tmp_path / "survey.toml"
    path.write_text(text)
    with pytest.raises(MappingFileError) as caught:
        read_mapping(path)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        (["level"], []),
        (["level="], []),
        (["availability:Someday=x"], []),
        (["protected:=x"], []),
        ([], [("level", "a")]),
        ([], [("level", "=1")]),
    ],
)
def test_words_that_are_no_mapping(columns, values):
    with pytest.raises(MappingError):
        mapping_of(columns, values)
