"""The tables. Registration > Deployment > Context > ResourceLink, Membership > everything else.

Every row below a registration can be reached only through it, so that a query which starts at the
visit's context can never read another course. Moments are stored in UTC.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.store.base import Base


class State(enum.StrEnum):
    """Whether an administrator has allowed a deployment."""

    PENDING = "pending"
    ACTIVE = "active"


class Role(enum.StrEnum):
    """What a person may do in one course, from the roles of that course only."""

    STAFF = "staff"
    LEARNER = "learner"
    OBSERVER = "observer"
    NONE = "none"


class RoundState(enum.StrEnum):
    """A round is drafted, seen by staff, published to the members, and closed by the next one."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class SessionState(enum.StrEnum):
    """A session is proposed by one member, agreed when all accept, held when all say they met."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    HELD = "held"
    CANCELLED = "cancelled"


class ToolKey(Base):
    """A signing key pair of the tool. A `kid` is never used again for another key.

    A key is published when it is made, signs from `signs_from` on until a newer one does, and is
    retired when platforms have had time to notice: then its private half is gone.
    """

    __tablename__ = "tool_key"
    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    encrypted_private_key: Mapped[bytes]
    created_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time link with which an LMS administrator may register a platform."""

    __tablename__ = "invitation"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Registration(Base):
    """One platform as it knows us: its addresses and our client id there."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(512))
    client_id: Mapped[str] = mapped_column(String(255))
    authorization_endpoint: Mapped[str] = mapped_column(String(2048))
    token_endpoint: Mapped[str] = mapped_column(String(2048))
    jwks_uri: Mapped[str] = mapped_column(String(2048))
    token_audience: Mapped[str | None] = mapped_column(String(2048))
    product_family: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(255), default="")
    allows_anonymous: Mapped[bool] = mapped_column(default=False)
    """Whether launches without `sub` are let in."""
    allows_deployments: Mapped[bool] = mapped_column(default=False)
    """Whether a deployment that is launched first is allowed at once, instead of waiting."""
    trusted_audiences: Mapped[list[Any]] = mapped_column(default=list)
    """Who may stand beside us in `aud`."""
    created_at: Mapped[datetime]
    deployments: Mapped[list[Deployment]] = relationship(back_populates="registration")


class Deployment(Base):
    """One installation of the tool under a registration; launches wait until it is active."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("registration_id", "deployment_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id))
    deployment_id: Mapped[str] = mapped_column(String(255))
    state: Mapped[State] = mapped_column(default=State.PENDING)
    created_at: Mapped[datetime]
    registration: Mapped[Registration] = relationship(back_populates="deployments")


class PendingLaunch(Base):
    """A login that was started and not yet finished: state, nonce and browser in one row.

    The launch deletes the row in its own transaction, so a state and its nonce count once. An
    assisted login began with a page of ours that keeps the browser's secret where no cookie can.
    """

    __tablename__ = "pending_launch"
    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id))
    target_link_uri: Mapped[str] = mapped_column(String(2048))
    is_assisted: Mapped[bool] = mapped_column(default=False)
    storage_target: Mapped[str | None] = mapped_column(String(255))
    """The frame of the platform that keeps data for us, where it offers that."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Context(Base):
    """A course as the platform names it, with the service addresses of its latest launch.

    An address is stored only where the platform lets us use it.
    """

    __tablename__ = "context"
    __table_args__ = (UniqueConstraint("deployment_id", "context_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey(Deployment.id))
    context_id: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(String(1024), default="")
    memberships_url: Mapped[str | None] = mapped_column(String(2048))
    roster_read_at: Mapped[datetime | None]
    line_items_url: Mapped[str | None] = mapped_column(String(2048))
    column_url: Mapped[str | None] = mapped_column(String(2048))
    """Our own column, found or made by us, for courses whose link came without one."""
    column_points: Mapped[int | None]
    """The points of a column that staff asked for. None: they did not; 0: they took it out again.
    In both cases a column is looked for, and never made."""
    reads_results: Mapped[bool | None]
    """Whether the platform lets us read what its gradebook shows."""
    groups_url: Mapped[str | None] = mapped_column(String(2048))
    group_sets_url: Mapped[str | None] = mapped_column(String(2048))
    groups: Mapped[dict[str, Any] | None]
    """The groups and sets of groups by their ids, see `lti_tool.store.groups`."""
    group_set: Mapped[str | None] = mapped_column(String(255))
    """The set whose groups are the sections of this course; None: all groups are."""
    history: Mapped[list[Any] | None]
    """The platform's ids of the courses from which this one was copied, the newest first."""
    deployment: Mapped[Deployment] = relationship()
    rounds: Mapped[list[Round]] = relationship(back_populates="context", order_by="Round.number")


class ResourceLink(Base):
    """A placement of the tool in a course, with its line item where the platform made one."""

    __tablename__ = "resource_link"
    __table_args__ = (UniqueConstraint("context_id", "resource_link_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id))
    resource_link_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(1024), default="")
    line_item_url: Mapped[str | None] = mapped_column(String(2048))
    context: Mapped[Context] = relationship()


class User(Base):
    """A person of one platform, known by `sub` only; a name may be missing everywhere."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("registration_id", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(512), default="")


class Membership(Base):
    """A person in a course: role, whether still enrolled, and the profile they gave us."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("context_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    role: Mapped[Role]
    launched_as: Mapped[Role | None]
    """The role of the latest launch. Moodle's roster calls its non-editing teachers learners, its
    launches call them instructors: who came in as staff is not made a peer by a roster."""
    is_active: Mapped[bool] = mapped_column(default=True)
    is_test_user: Mapped[bool] = mapped_column(default=False)
    profile: Mapped[dict[str, Any] | None]
    """What the member told us, as `peerloom.schemas.MemberSchema` writes it; None: nothing yet."""
    groups: Mapped[list[Any] | None]
    """The ids of their groups or sections in this course; None: the platform never said."""
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    context: Mapped[Context] = relationship()

    @property
    def is_peer(self) -> bool:
        """Whether their group still counts on them: in the course, and there as a learner."""
        return self.is_active and self.role is Role.LEARNER


class Visit(Base):
    """One launch of one person into one course. Its key stands in the path of every page.

    The browser proves that the visit is its own by a cookie whose hash is stored here. A browser
    that took no cookie at the launch may go on without, from page to page of this visit only.
    """

    __tablename__ = "visit"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    needs_cookie: Mapped[bool] = mapped_column(default=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey(Membership.id))
    resource_link_id: Mapped[int | None] = mapped_column(ForeignKey(ResourceLink.id))
    locale: Mapped[str] = mapped_column(String(35), default="")
    deep_linking: Mapped[dict[str, Any] | None]
    """The settings of a deep linking request, until it was answered once."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    membership: Mapped[Membership] = relationship()
    resource_link: Mapped[ResourceLink | None] = relationship()


class Round(Base):
    """One pairing of a course: the policy, seed and week it was made with, and its proof."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("context_id", "number"),
        # At most one draft and one published round in a course: the database itself holds it.
        Index(
            "uq_round_open",
            "context_id",
            "state",
            unique=True,
            sqlite_where=text("state != 'CLOSED'"),
            postgresql_where=text("state != 'CLOSED'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id))
    number: Mapped[int]
    state: Mapped[RoundState] = mapped_column(default=RoundState.DRAFT)
    policy: Mapped[dict[str, Any]]
    seed: Mapped[int]
    week: Mapped[date]
    certificate: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    context: Mapped[Context] = relationship(back_populates="rounds")
    groups: Mapped[list[Group]] = relationship(
        back_populates="round", order_by="Group.position", cascade="all, delete-orphan"
    )


class Group(Base):
    """Two people who walk together, or three when the number is odd, with the reasons why."""

    __tablename__ = "group"
    __table_args__ = (UniqueConstraint("round_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    position: Mapped[int]
    score: Mapped[int]
    common_minutes: Mapped[int]
    reasons: Mapped[list[Any]]
    round: Mapped[Round] = relationship(back_populates="groups")
    seats: Mapped[list[Seat]] = relationship(
        back_populates="group", order_by="Seat.position", cascade="all, delete-orphan"
    )
    sessions: Mapped[list[Session]] = relationship(
        back_populates="group", order_by="Session.starts_at", cascade="all, delete-orphan"
    )


class Seat(Base):
    """A member's place in a group."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("group_id", "membership_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(Group.id))
    membership_id: Mapped[int] = mapped_column(ForeignKey(Membership.id), index=True)
    position: Mapped[int]
    group: Mapped[Group] = relationship(back_populates="seats")
    membership: Mapped[Membership] = relationship()


class Session(Base):
    """One meeting of a group, proposed, agreed, held or cancelled."""

    __tablename__ = "session"
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(Group.id), index=True)
    state: Mapped[SessionState] = mapped_column(default=SessionState.PROPOSED)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Membership.id))
    created_at: Mapped[datetime]
    group: Mapped[Group] = relationship(back_populates="sessions")
    answers: Mapped[list[SessionAnswer]] = relationship(
        back_populates="session", cascade="all, delete-orphan"
    )


class SessionAnswer(Base):
    """What one member said about one session: when they accepted it, when they said "we met"."""

    __tablename__ = "session_answer"
    __table_args__ = (UniqueConstraint("session_id", "membership_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(Session.id))
    membership_id: Mapped[int] = mapped_column(ForeignKey(Membership.id))
    accepted_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    session: Mapped[Session] = relationship(back_populates="answers")


class Job(Base):
    """Something that must leave the house: written with its cause, sent by the worker.

    A worker takes a job by a lease. A lease that runs out is taken again, so every job runs at
    least once; `idempotency_key` keeps one job for one cause. A job that was given up is finished
    with a `last_error`. `revision` counts how often the cause was told, so that a run that began
    before the newest telling does not finish it.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "run_at", "lease_until"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    idempotency_key: Mapped[str] = mapped_column(String(255), unique=True)
    payload: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(1024), default="")
    outcome: Mapped[str | None] = mapped_column(String(255))
    """What a job that was done has to say, such as ``result_differs``; None: no more than that."""
