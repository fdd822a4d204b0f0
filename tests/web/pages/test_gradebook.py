"""What a held session tells the gradebook, when its column is known and when it is not."""

from __future__ import annotations

import pytest

from lti_tool.store.models import Job


@pytest.fixture
def hold(visit, course, publish, mates):
    """Let Ada and her partner hold a session."""

    def hold():
        publish(course)
        ada = visit(course.learners[0])
        ben = visit(mates(course.learners[0])[0])
        ada.press(ada.open("partner"), "/sessions", having="starts_at")
        ben.press(ben.open("partner"), "/accept")
        ada.press(ada.open("partner"), "/met")
        ben.press(ben.open("partner"), "/met")

    return hold


def kinds(database):
    return [job.kind for job in database.query(Job).order_by(Job.id)]


def test_a_column_that_is_not_known_is_looked_for_before_the_scores(hold, course, make, database):
    course.context.line_items_url = "https://lms.example.edu/items"
    make.database.commit()
    hold()
    assert kinds(database) == ["column", "score", "score"]


def test_a_column_of_our_own_is_not_looked_for_again(hold, course, make, database):
    course.context.line_items_url = "https://lms.example.edu/items"
    course.context.column_url = "https://lms.example.edu/items/7"
    make.database.commit()
    hold()
    assert kinds(database) == ["score", "score"]


def test_a_platform_without_a_gradebook_is_told_nothing(hold, database):
    hold()
    assert kinds(database) == []
