"""Both examples, lived through once for all tests."""

from __future__ import annotations

import pytest

from examples.bootcamp.course import weeks
from examples.meetup.season import months


@pytest.fixture(scope="session")
def course():
    return tuple(weeks())


@pytest.fixture(scope="session")
def season():
    return tuple(months())
