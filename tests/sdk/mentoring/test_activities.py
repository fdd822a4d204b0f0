"""Activities: what a script must be, the catalogue that comes along, and its plain data."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.mentoring.activities import Activity, Occasion, texts, translated
from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.activity_steps import ActivityError, Role, Seat, SeatScript, Step
from peerloom.mentoring.errors import TextError
from peerloom.mentoring.schemas.activities import ActivitySchema
from peerloom.mentoring.sessions import SessionKind
from peerloom.mentoring.topics import Family

BUILT_IN = built_in_activities()
NAMED_BY_THE_PRODUCT = (
    "walk_a_mile",
    "teach_off",
    "problem_solving_squad",
    "industry_deep_dive",
    "bookworms_unite",
    "listening",
    "pair_debugging",
    "code_review_swap",
    "mock_interview",
    "portfolio_clinic",
    "career_gear_change",
    "demo_day_rehearsal",
)


def step(**fields):
    return Step(**{"title": "Talk", "text": "Talk to each other.", "minutes": 10} | fields)


def activity(*steps, **fields):
    given_steps = steps or (step(least=5),)
    basics = {"id": "any", "title": "Any", "summary": "Do something.", "steps": given_steps}
    return Activity(**basics | fields)


def seats(a, b, rest=None):
    scripts = {"a": SeatScript(role=a), "b": SeatScript(role=b)}
    return scripts | ({"rest": SeatScript(role=rest)} if rest else {})


# --- one script -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": "Teach Off"}, "id"),
        ({"id": "1st"}, "id"),
        ({"id": "x" * 41}, "id"),
        ({"id": None}, "id"),
        ({"kind": "party"}, "kind"),
        ({"sizes": ()}, "sizes"),
        ({"sizes": (1, 2)}, "sizes"),
        ({"sizes": (2, 6)}, "sizes"),
        ({"sizes": (2.0,)}, "sizes"),
        ({"families": ("magic",)}, "families"),
        ({"occasions": ("birthday",)}, "occasions"),
        ({"serves": ("S19",)}, "serves"),
        ({"steps": ()}, "steps"),
        ({"steps": (step(),)}, "steps"),
        ({"steps": (step(least=5, in_turn=True),)}, "steps"),
        ({"steps": (step(least=5, is_optional=True), step())}, "steps"),
    ],
)
def test_what_an_activity_cannot_be(fields, field):
    with pytest.raises(ActivityError) as caught:
        activity(**fields)
    assert caught.value.field == field
    assert caught.value.expected


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 241}, "minutes"),
        ({"minutes": 5.0}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"least": 0}, "least"),
        ({"least": 11}, "least"),
        ({"a": SeatScript()}, "b"),
        ({"b": SeatScript()}, "b"),
        ({"rest": SeatScript()}, "b"),
        (seats("teaches", "speaks"), "role"),
        (seats("together", "learns"), "role"),
        (seats("listens", "listens"), "role"),
        (seats("together", "listens"), "role"),
        # With two people all is well, with three somebody teaches nobody; and the other way round.
        (seats("speaks", "listens", "teaches"), "role"),
        (seats("teaches", "speaks", "learns"), "role"),
    ],
)
def test_what_a_step_cannot_be(fields, field):
    with pytest.raises(ActivityError) as caught:
        step(**fields)
    assert caught.value.field == field


def test_a_role_must_be_known():
    with pytest.raises(ActivityError, match="teaches, learns, listens, speaks, together"):
        SeatScript(role="sleeps")


@pytest.mark.parametrize("words", ["", "  ", "\x1b[2J", "x" * 2001])
def test_words_must_be_fit_to_be_shown(words):
    for make in (
        lambda: step(text=words),
        lambda: step(title=words),
        lambda: activity(summary=words),
        lambda: activity(material=(words,)),
        lambda: SeatScript(prompts=(words,)),
    ):
        with pytest.raises(TextError):
            make()


def test_wrapped_lines_are_one_paragraph_and_lists_are_put_in_order():
    tidy = activity(
        summary="\nTwo\nlines.\n",
        sizes=(3, 2, 3),
        families=("career", "technical"),
        serves=("S9", "S10", "S2"),
    )
    assert tidy.summary == "Two lines."
    assert tidy.sizes == (2, 3)
    assert tidy.families == (Family.TECHNICAL, Family.CAREER)
    assert tidy.serves == ("S2", "S9", "S10")


def test_the_rest_does_as_the_second_seat_does_unless_it_is_told_otherwise():
    assert step(**seats("teaches", "learns")).seat(Seat.REST).role is Role.LEARNS
    assert step(**seats("teaches", "learns", "listens")).seat(Seat.REST).role is Role.LISTENS
    assert {step().seat(seat).role for seat in Seat} == {Role.TOGETHER}


def test_minutes_grow_with_the_number_of_people_by_the_steps_in_turn():
    game = activity(
        step(minutes=6, least=2), step(minutes=4, least=3, in_turn=True), step(is_optional=True)
    )
    assert [game.shortest(n) for n in (2, 3, 5)] == [8, 11, 17]
    assert [game.usual(n) for n in (2, 3, 5)] == [24, 28, 36]
    assert [game.longest(n) for n in (2, 3, 5)] == [30, 35, 45]
    assert game.fits(2, 8)
    assert game.fits(2, 30)
    assert not game.fits(2, 7)
    assert not game.fits(2, 31)
    assert not activity(sizes=(3,)).fits(2, 10)


def test_only_where_the_first_seat_alone_teaches_it_is_one_sided():
    lesson = step(least=5, **seats("teaches", "learns"))
    assert activity(lesson).is_one_sided
    assert not activity().is_one_sided
    assert not activity(
        step(least=5), step(in_turn=True, **seats("teaches", "learns"))
    ).is_one_sided
    assert not activity(step(least=5, **seats("learns", "teaches"))).is_one_sided
    assert not activity(lesson, step(in_turn=True, **seats("teaches", "learns"))).is_one_sided


def test_an_activity_can_be_read_in_another_language():
    original = BUILT_IN["mock_interview"]
    words = texts(original)
    assert len(set(words)) == len(words)
    assert "Mock Interview" in words
    assert "I believed you most when you said ..." in words
    assert original.steps[1].rest.prompts[0] in words
    french = translated(original, {word: f"fr: {word}" for word in words}.__getitem__)
    assert texts(french) == tuple(f"fr: {word}" for word in words)
    assert translated(french, lambda word: word.removeprefix("fr: ")) == original


# --- the catalogue --------------------------------------------------------------------------------


def test_the_catalogue_has_what_the_product_names_and_more():
    assert set(NAMED_BY_THE_PRODUCT) <= set(BUILT_IN)
    assert all(name == one.id for name, one in BUILT_IN.items())
    assert list(BUILT_IN) == sorted(BUILT_IN)
    with pytest.raises(TypeError):
        BUILT_IN["listening"] = BUILT_IN["teach_off"]


def test_only_the_listening_session_is_for_listening_and_nobody_teaches_in_it():
    (only,) = (one for one in BUILT_IN.values() if one.kind is SessionKind.LISTENING)
    roles = {one.seat(seat).role for one in only.steps for seat in Seat}
    assert only.id == "listening"
    assert roles == {Role.SPEAKS, Role.LISTENS, Role.TOGETHER}
    assert "S11" in only.serves
    assert "danger" in only.steps[0].text


@pytest.mark.parametrize("one", BUILT_IN.values(), ids=list(BUILT_IN))
def test_each_script_is_of_use_in_an_ordinary_session(one):
    assert one.fits(2, 30)
    assert one.fits(2, 45)
    assert one.fits(2, 60)
    # So long is a session that counts (bootcamp): for a pair as the script stands, and for a trio.
    assert one.usual(2) >= 45
    assert one.fits(3, 45)
    assert "S9" in one.serves or Occasion.FIRST_MEETING in one.occasions
    assert one.material
    assert len(one.steps) >= 5
    assert one.families or one.kind is SessionKind.LISTENING
    prompts = [prompt for text in one.steps for prompt in text.prompts] + [
        prompt
        for text in one.steps
        for script in (text.a, text.b, text.rest)
        if script
        for prompt in script.prompts
    ]
    assert len(prompts) >= 6
    assert len(set(prompts)) == len(prompts)
    assert len({text.title for text in one.steps}) == len(one.steps)
    # The last step brings all together again, so that nobody is left with their turn.
    assert not one.steps[-1].in_turn


def test_every_family_and_occasion_has_a_script():
    for family in Family:
        assert sum(family in one.families for one in BUILT_IN.values()) >= 3
    for occasion in Occasion:
        assert any(occasion in one.occasions for one in BUILT_IN.values())
    assert any(one.is_one_sided for one in BUILT_IN.values())


def test_every_size_of_a_group_has_several_scripts_for_three_quarters_of_an_hour():
    for size in (2, 3, 4, 5):
        assert sum(one.fits(size, 45) for one in BUILT_IN.values()) >= 5


# --- plain data -----------------------------------------------------------------------------------

_words = st.text(string.ascii_letters + " äß漢", min_size=1, max_size=30).filter(str.strip)
_prompts = st.lists(_words, max_size=3).map(tuple)
_seats = st.sampled_from(
    [
        {},
        seats("teaches", "learns"),
        seats("speaks", "listens"),
        seats("learns", "teaches", "listens"),
        seats("together", "together"),
    ]
)


@st.composite
def steps(draw, **fixed):
    minutes = draw(st.integers(2, 20))
    fields = {
        "title": draw(_words),
        "text": draw(_words),
        "minutes": minutes,
        "least": draw(st.none() | st.integers(1, minutes)),
        "in_turn": draw(st.booleans()),
        "is_optional": draw(st.booleans()),
        "prompts": draw(_prompts),
        **draw(_seats),
    }
    return Step(**fields | fixed)


@st.composite
def activities(draw):
    elastic = draw(steps(in_turn=False, is_optional=False, minutes=6, least=2))
    all_steps = [*draw(st.lists(steps(), max_size=5)), elastic]
    return Activity(
        id=draw(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)),
        title=draw(_words),
        summary=draw(_words),
        kind=draw(st.sampled_from(SessionKind)),
        families=tuple(draw(st.sets(st.sampled_from(Family)))),
        occasions=tuple(draw(st.sets(st.sampled_from(Occasion)))),
        serves=tuple(draw(st.sets(st.sampled_from(["S1", "S9", "S18"])))),
        material=draw(_prompts),
        steps=tuple(draw(st.permutations(all_steps))),
    )


@given(activities())
def test_an_activity_comes_back_equal_from_json(one):
    data = json.loads(json.dumps(ActivitySchema().dump(one)))
    assert ActivitySchema().load(data) == one


@pytest.mark.parametrize("one", BUILT_IN.values(), ids=list(BUILT_IN))
def test_those_of_the_package_come_back_equal_from_json(one):
    assert ActivitySchema().load(json.loads(json.dumps(ActivitySchema().dump(one)))) == one


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("colour",), 1, "expected a key that is known here"),
        (("titel",), 1, 'expected a key that is known here (did you mean "title"?)'),
        (("title",), 3, "expected text"),
        (("sizes",), [2, "3"], "expected a whole number"),
        (("sizes",), 2, "expected a list of whole numbers"),
        (("families",), ["magic"], "expected one of technical, soft_skills, career"),
        (("steps",), "talk", "expected steps, each with its title, text and minutes"),
        (("steps", 0, "minutes"), "5", "expected a whole number"),
        (("steps", 0, "minutes"), True, "expected a whole number"),
        (("steps", 0, "in_turn"), "no", "expected true or false"),
        (("steps", 0, "a"), "teaches", "expected keys with values"),
        (("steps", 0, "a"), {"role": "naps"}, "expected one of teaches, learns"),
        (("steps", 0, "speed"), 1, "expected a key that is known here"),
    ],
)
def test_wrong_data_is_refused_at_its_place(path, value, message):
    data = ActivitySchema().dump(activity())
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ValidationError) as caught:
        ActivitySchema().load(data)
    found = caught.value.messages
    for key in path:
        found = found[key]
    while not isinstance(found, str):
        found = next(iter(found.values() if isinstance(found, dict) else found))
    assert found.startswith(message)
