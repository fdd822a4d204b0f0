"""Deep linking: two steps, answered once, to the address of the request and nowhere else."""

from __future__ import annotations

import jwt
import pytest

from lti_tool.lti.deep_linking import DeepLinkingSettings

RETURN = "https://lms.example.edu/deep/return?course=7"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"


def settings(**values):
    return DeepLinkingSettings(
        **{
            "return_url": RETURN,
            "accept_types": ("ltiResourceLink",),
            "data": "the platform's own",
            **values,
        }
    ).to_dict()


@pytest.fixture
def teacher(make, visit):
    def teacher(**values):
        return visit(make.course().staff, deep_linking=settings(**values))

    return teacher


def claims(page):
    return jwt.decode(page.form(RETURN).value("JWT"), options={"verify_signature": False})


def test_the_visit_leads_to_the_question_what_to_place(teacher):
    visitor = teacher(title="Pairs")
    answer = visitor.client.get(f"{visitor.path}/")
    assert answer.headers["Location"].endswith("/place")
    page = visitor.open("place")
    assert page.form("/place").value("title") == "Pairs"
    assert page.form("/place").value("gradebook") == "yes"


def test_the_answer_is_a_signed_link_with_a_column(teacher, app):
    visitor = teacher()
    page = visitor.press(visitor.open("place"), "/place", title="Partners", points="20")
    assert page.heading == "One more step"
    token = page.form(RETURN).value("JWT")
    key = app.extensions["peerloom"].platforms.signing_keys()[0].private_key.public_key()
    answer = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
    )
    assert answer[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert answer[f"{DEEP}data"] == "the platform's own"
    (item,) = answer[f"{DEEP}content_items"]
    assert item["type"] == "ltiResourceLink"
    assert item["title"] == "Partners"
    assert item["url"] == "https://peerloom.example.edu/lti/launch"
    assert item["lineItem"]["scoreMaximum"] == 20
    policy = page.answer.headers["Content-Security-Policy"]
    assert "form-action 'self' https://lms.example.edu;" in policy


def test_without_a_column_if_so_chosen(teacher):
    visitor = teacher()
    (item,) = claims(visitor.post("place", title="Partners"))[f"{DEEP}content_items"]
    assert "lineItem" not in item


def test_a_platform_without_columns_is_not_asked_about_them(teacher):
    visitor = teacher(accept_line_item=False)
    page = visitor.open("place")
    assert "gradebook" not in page.choices
    (item,) = claims(visitor.press(page, "/place"))[f"{DEEP}content_items"]
    assert "lineItem" not in item


def test_adding_nothing_is_an_answer_too(teacher):
    visitor = teacher()
    page = visitor.post("place", cancel="yes")
    assert page.heading == "Back to your course"
    assert claims(page)[f"{DEEP}content_items"] == []


def test_it_is_answered_once(teacher):
    visitor = teacher()
    visitor.post("place", title="Partners")
    for page in (visitor.post("place", title="Partners"), visitor.open("place")):
        assert page.status == 409
        assert "already_answered" in page.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"points": "0"}, "Write a whole number from 1 to 100."),
        ({"points": "many"}, "Write a whole number from 1 to 100."),
        ({"title": "x" * 256}, "Keep the title under 255 characters."),
    ],
)
def test_mistakes_keep_what_was_typed(teacher, fields, message):
    visitor = teacher()
    page = visitor.post("place", **{"title": "Partners", "gradebook": "yes", **fields})
    assert page.status == 422
    assert message in page.text
    name, value = next(iter(fields.items()))
    assert page.form("/place").value(name) == value
    assert visitor.open("place").status == 200, "nothing was answered"


def test_an_ordinary_visit_places_nothing(visit, make):
    page = visit(make.course().staff).open("place")
    assert page.status == 409


def test_staff_choose_what_to_place(teacher):
    visitor = teacher()
    page = visitor.open("place")
    assert page.form("/place").values("kind") == ["home"]
    # As the browser sends it: the suggested title is still in the field.
    answer = visitor.press(page, "/place", kind="overview")
    (item,) = claims(answer)[f"{DEEP}content_items"]
    assert item["title"] == "How your pairs are doing"
    assert item["custom"]["peerloom_kind"] == "overview"
    assert "lineItem" not in item
    assert "peerloom_points" not in item["custom"]


def test_a_title_that_was_typed_stays_for_every_kind(teacher):
    answer = teacher().post("place", title="For tutors", kind="overview")
    assert claims(answer)[f"{DEEP}content_items"][0]["title"] == "For tutors"


def test_a_kind_that_does_not_exist_is_the_first(teacher):
    (item,) = claims(teacher().post("place", kind="x"))[f"{DEEP}content_items"]
    assert item["custom"]["peerloom_kind"] == "home"
    assert item["title"] == "Meet your partner"


def test_a_link_remembers_the_column_and_asks_for_what_we_want_to_know(teacher):
    answer = teacher().post("place", title="Partners", gradebook="yes", points="20")
    (item,) = claims(answer)[f"{DEEP}content_items"]
    assert item["custom"] == {
        "peerloom_kind": "home",
        "peerloom_points": "20",
        "peerloom_history": "$Context.id.history",
    }


def test_moodle_is_asked_for_the_groups_of_a_person(teacher, make, visit):
    course = make.course()
    course.context.deployment.registration.product_family = "moodle"
    make.database.commit()
    visitor = visit(course.staff, deep_linking=settings())
    (item,) = claims(visitor.post("place", title="Partners"))[f"{DEEP}content_items"]
    assert item["custom"]["peerloom_groups"] == "$Moodle.Person.userGroupIds"
