"""Rows are found by the platform's own keys, below the row that they belong to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lti_tool.store import roster, tenancy
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.models import Context, Membership, Registration, Role, State, User
from lti_tool.store.roster import RosterEmptyError, RosterEntry, sync_roster


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, writing(session):
        yield session


def register(session: Session, now: Any, client_id: str = "c", **values: Any) -> Registration:
    return tenancy.add_registration(
        session,
        now=now,
        issuer="https://lms.example",
        client_id=client_id,
        authorization_endpoint="https://lms.example/auth",
        token_endpoint="https://lms.example/token",
        jwks_uri="https://lms.example/keys",
        **values,
    )


@pytest.fixture
def context(session: Session, clock: Any) -> Context:
    registration = register(session, clock(), deployment_id="d")
    found = tenancy.enter_context(
        session, registration.deployments[0], context_id="course", title="Biology"
    )
    session.flush()
    return found


def people(session: Session) -> dict[str, tuple[Role, bool, str]]:
    session.flush()
    return {
        one.user.subject: (one.role, one.is_active, one.user.name)
        for one in session.scalars(select(Membership))
    }


def learner(subject: str, name: str = "") -> RosterEntry:
    return RosterEntry(subject=subject, role=Role.LEARNER, name=name)


def test_a_registration_is_never_overwritten(session: Session, clock: Any) -> None:
    register(session, clock())
    with pytest.raises(tenancy.AlreadyRegisteredError):
        register(session, clock(), token_audience="https://evil.example")
    (row,) = tenancy.find_registrations(session, "https://lms.example", "c")
    assert row.token_audience is None


def test_registrations_are_found_letter_by_letter(session: Session, clock: Any) -> None:
    register(session, clock())
    register(session, clock(), "d")
    assert len(tenancy.find_registrations(session, "https://lms.example")) == 2
    assert len(tenancy.find_registrations(session, "https://lms.example", "d")) == 1
    assert tenancy.find_registrations(session, "https://lms.example/") == ()
    assert tenancy.find_registrations(session, "https://LMS.example", "c") == ()


def test_a_deployment_belongs_to_its_registration(session: Session, clock: Any) -> None:
    first, second = register(session, clock()), register(session, clock(), "d")
    tenancy.allow_deployment(session, first, "1", clock())
    assert tenancy.find_deployment(session, second, "1") is None
    tenancy.note_deployment(session, second, "1", clock())
    found = tenancy.find_deployment(session, second, "1")
    assert found is not None
    assert found.state is State.PENDING


def test_noting_a_deployment_never_closes_it(session: Session, clock: Any) -> None:
    registration = register(session, clock(), deployment_id="1")
    tenancy.note_deployment(session, registration, "1", clock())
    found = tenancy.find_deployment(session, registration, "1")
    assert found is not None
    assert found.state is State.ACTIVE


def test_the_same_keys_give_the_same_rows(session: Session, context: Context) -> None:
    again = tenancy.enter_context(
        session, context.deployment, context_id="course", memberships_url="https://lms.example/m"
    )
    assert again is context
    assert (again.title, again.memberships_url) == ("Biology", "https://lms.example/m")
    links = [
        tenancy.enter_resource_link(session, context, resource_link_id="r", title=title)
        for title in ("Peers", "")
    ]
    assert links[0] is links[1]
    assert links[1].title == "Peers"


def test_a_roster_adds_people_and_names(session: Session, context: Context, clock: Any) -> None:
    sync_roster(
        session,
        context,
        [learner("ada", "Ada"), RosterEntry(subject="tom", role=Role.STAFF, name="Tom")],
        clock(),
    )
    assert people(session) == {
        "ada": (Role.LEARNER, True, "Ada"),
        "tom": (Role.STAFF, True, "Tom"),
    }
    assert context.roster_read_at == clock()


def test_a_name_that_is_missing_later_stays(session: Session, context: Context, clock: Any) -> None:
    sync_roster(session, context, [learner("ada", "Ada")], clock())
    sync_roster(session, context, [learner("ada")], clock())
    assert people(session)["ada"][2] == "Ada"


def test_who_is_missing_rests_and_comes_back_with_everything(
    session: Session, context: Context, clock: Any
) -> None:
    member = tenancy.enter_member(session, context, subject="ada", role=Role.LEARNER)
    member.profile = {"level": 3}
    sync_roster(session, context, [learner("ben")], clock())
    assert people(session)["ada"][:2] == (Role.LEARNER, False)
    assert member.profile == {"level": 3}
    clock.advance(timedelta(days=1))
    sync_roster(session, context, [learner("ada"), learner("ben")], clock())
    assert people(session)["ada"][:2] == (Role.LEARNER, True)
    assert member.profile == {"level": 3}
    assert session.scalar(select(func.count()).select_from(User)) == 2


def test_guests_and_test_users_are_kept_out(session: Session, context: Context, clock: Any) -> None:
    sync_roster(
        session,
        context,
        [
            learner("ada"),
            RosterEntry(subject="mum", role=Role.OBSERVER),
            RosterEntry(subject="nobody", role=Role.NONE),
            RosterEntry(subject="preview", role=Role.LEARNER, is_test_user=True),
            RosterEntry(subject="left", role=Role.LEARNER, is_active=False),
        ],
        clock(),
    )
    assert list(people(session)) == ["ada"]


def test_who_launched_as_staff_is_not_made_a_peer_by_a_roster(
    session: Session, context: Context, clock: Any
) -> None:
    tenancy.enter_member(session, context, subject="tom", role=Role.STAFF)
    sync_roster(session, context, [learner("tom"), learner("eve")], clock())
    assert people(session)["tom"][0] is Role.STAFF
    # Staff only by an earlier roster: the newer roster decides.
    sync_roster(session, context, [RosterEntry(subject="eve", role=Role.STAFF)], clock())
    sync_roster(session, context, [learner("eve")], clock())
    assert people(session)["eve"][0] is Role.LEARNER
    # The next launch decides about everybody.
    tenancy.enter_member(session, context, subject="tom", role=Role.LEARNER)
    sync_roster(session, context, [learner("tom")], clock())
    assert people(session)["tom"][0] is Role.LEARNER


def test_a_person_listed_once_for_each_role_is_the_one_with_more_to_say(
    session: Session, context: Context, clock: Any
) -> None:
    twice = [
        learner("tom"),
        RosterEntry(subject="tom", role=Role.STAFF),
        learner("tom"),
        RosterEntry(subject="ada", role=Role.STAFF, is_active=False),
        learner("ada"),
    ]
    sync_roster(session, context, twice, clock())
    assert {who: found[0] for who, found in people(session).items()} == {
        "tom": Role.STAFF,
        "ada": Role.LEARNER,
    }


def test_an_empty_roster_changes_nothing(session: Session, context: Context, clock: Any) -> None:
    sync_roster(session, context, [learner("ada")], clock())
    with pytest.raises(RosterEmptyError):
        sync_roster(session, context, [], clock())
    assert people(session)["ada"][1]


def test_a_roster_touches_its_own_course_only(
    session: Session, context: Context, clock: Any
) -> None:
    other = tenancy.enter_context(session, context.deployment, context_id="other")
    ada = tenancy.enter_member(session, other, subject="ada", role=Role.LEARNER)
    sync_roster(session, context, [learner("ben")], clock())
    assert ada.is_active
    sync_roster(session, context, [learner("ada"), learner("ben")], clock())
    assert session.scalar(select(func.count()).select_from(Membership)) == 3
    assert session.scalar(select(func.count()).select_from(User)) == 2


def test_a_big_roster_is_read_whole(session: Session, context: Context, clock: Any) -> None:
    sync_roster(session, context, [learner(f"s{number}") for number in range(1_200)], clock())
    assert len(people(session)) == 1_200


def test_people_of_a_big_roster_are_looked_up_and_written_together(
    session: Session, context: Context, clock: Any
) -> None:
    statements: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "SAVEPOINT")):
            statements.append(statement)

    tenancy.enter_member(session, context, subject="s7", role=Role.LEARNER, name="Ada")
    sync_roster(session, context, [learner(f"s{number}") for number in range(1_200)], clock())
    session.flush()
    assert len(statements) < 60
    assert people(session)["s7"][2] == "Ada"


def test_a_person_who_launches_in_another_course_meanwhile_is_not_written_twice(
    session: Session, context: Context, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL only, in life: SQLite's writing transactions run one by one."""
    other = tenancy.enter_context(session, context.deployment, context_id="other")
    ada = tenancy.enter_member(session, other, subject="ada", role=Role.LEARNER)
    find, looks = roster.find_people, [dict[str, Any]()]
    monkeypatch.setattr(roster, "find_people", lambda *who: looks.pop() if looks else find(*who))
    sync_roster(session, context, [learner("ada", "Ada"), learner("ben", "Ben")], clock())
    assert ada.user.name == "Ada"
    assert session.scalar(select(func.count()).select_from(User)) == 2


ENTRIES = st.builds(
    RosterEntry,
    subject=st.sampled_from("abcdef"),
    role=st.sampled_from(Role),
    name=st.sampled_from(["", "Ada", "Ben"]),
    is_active=st.booleans(),
    is_test_user=st.booleans(),
    groups=st.sampled_from([None, (), ("1",), ("2", "1")]),
)


@dataclass
class Known:
    """What one membership should be, reckoned person by person as the rules are written."""

    role: Role
    is_active: bool = True
    is_test_user: bool = False
    name: str = ""
    groups: list[str] | None = None


def reckon(course: dict[str, Known], entries: list[RosterEntry]) -> None:
    for subject in {*course, *(entry.subject for entry in entries)}:
        listed = [entry for entry in entries if entry.subject == subject]
        if not listed:
            course[subject].is_active = False
            continue
        best = min(listed, key=lambda entry: (not entry.is_active, list(Role).index(entry.role)))
        if subject not in course:
            if best.role not in {Role.STAFF, Role.LEARNER} or best.is_test_user:
                continue
            if not best.is_active:
                continue
            course[subject] = Known(best.role)
        known = course[subject]
        known.role, known.is_active, known.is_test_user = (
            best.role,
            best.is_active,
            best.is_test_user,
        )
        known.name = best.name or known.name
        known.groups = known.groups if best.groups is None else list(best.groups)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rosters=st.lists(st.lists(ENTRIES, min_size=1, max_size=10), min_size=1, max_size=4),
    batch=st.sampled_from([1, 2, 500]),
)
def test_any_rosters_do_what_the_rules_say_whatever_the_batches(
    migrated_file: Any,
    rosters: list[list[RosterEntry]],
    batch: int,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Any,
) -> None:
    path = shutil.copy(migrated_file, tmp_path_factory.mktemp("roster") / "r.sqlite3")
    engine = open_engine(f"sqlite:///{path}")
    course: dict[str, Known] = {}
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session, writing(session):
        patch.setattr(roster, "_BATCH", batch)
        registration = register(session, clock(), deployment_id="d")
        context = tenancy.enter_context(session, registration.deployments[0], context_id="c")
        names: dict[str, str] = {}
        for entries in rosters:
            sync_roster(session, context, entries, clock())
            reckon(course, entries)
            found = {
                one.user.subject: Known(
                    one.role, one.is_active, one.is_test_user, one.user.name, one.groups
                )
                for one in session.scalars(select(Membership))
            }
            assert found == course
            assert not [who for who, name in names.items() if name and not found[who].name]
            names = {who: one.name for who, one in found.items()}
    engine.dispose()
