"""A course of a platform on this machine, with the services that the jobs call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.config import Config
from lti_tool.store import tenancy
from lti_tool.store.engine import writing
from lti_tool.store.models import Context, Job, ResourceLink, Role
from lti_tool.work import make_worker
from lti_tool.work.platforms import Platforms


class Course:
    """A stored course whose platform is a local server."""

    def __init__(self, engine: Engine, server: Any, clock: Any) -> None:
        self.engine, self.server, self.clock = engine, server, clock
        self.platforms = Platforms(Config(development=True), engine, "s" * 32, clock)
        self.worker = make_worker(engine, self.platforms, clock)
        server.answers["POST /token"] = lambda _: (
            200,
            {},
            {"access_token": "access", "token_type": "Bearer", "expires_in": 3600},
        )
        with Session(engine) as session, writing(session):
            registration = tenancy.add_registration(
                session,
                deployment_id="1",
                now=clock(),
                issuer=server.url,
                client_id="client",
                authorization_endpoint=f"{server.url}/auth",
                token_endpoint=f"{server.url}/token",
                jwks_uri=f"{server.url}/keys",
            )
            context = tenancy.enter_context(
                session,
                registration.deployments[0],
                context_id="c",
                memberships_url=f"{server.url}/members?c=1",
            )
            session.flush()
            self.context_id = context.id

    def enter(self, subject: str, role: Role = Role.LEARNER, **values: Any) -> int:
        with Session(self.engine) as session, writing(session):
            context = session.get_one(Context, self.context_id)
            member = tenancy.enter_member(session, context, subject=subject, role=role, **values)
            session.flush()
            return member.id

    def offer_roster(self, *members: tuple[str, str], status: int = 200) -> None:
        people = [{"user_id": who, "roles": [role], "name": who.title()} for who, role in members]
        self.server.answers["GET /members"] = lambda _: (status, {}, {"id": "x", "members": people})

    def scores_sent(self) -> list[dict[str, Any]]:
        return [one.json for one in self.server.seen if "/scores" in one.path]

    def update(self, **values: Any) -> None:
        """Change the row of the course."""
        with Session(self.engine) as session, writing(session):
            context = session.get_one(Context, self.context_id)
            for name, value in values.items():
                setattr(context, name, value)

    def be(self, product_family: str) -> None:
        """Let the platform be one of this family."""
        with Session(self.engine) as session, writing(session):
            context = session.get_one(Context, self.context_id)
            context.deployment.registration.product_family = product_family

    def link(self, **values: Any) -> None:
        """Place the tool in the course."""
        with Session(self.engine) as session, writing(session):
            values = {"resource_link_id": "link-1", "title": "", **values}
            session.add(ResourceLink(context_id=self.context_id, **values))

    def row(self) -> Context:
        with Session(self.engine) as session:
            return session.get_one(Context, self.context_id)

    def job(self, kind: str | None = None) -> Job:
        with Session(self.engine) as session:
            query = session.query(Job)
            return (query if kind is None else query.filter_by(kind=kind)).one()


@pytest.fixture
def course(engine: Engine, local_server: Any, clock: Any) -> Iterator[Course]:
    course = Course(engine, local_server, clock)
    yield course
    course.platforms.close()
