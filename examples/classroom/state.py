"""Everything the classroom knows, in memory, and what may be done with it."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from examples.classroom.config import ClassroomConfig
from examples.classroom.course import Course, Person, read_course
from examples.classroom.keys import SigningKey


@dataclass(slots=True, kw_only=True)
class Tool:
    """A registered tool. It is pending until the administrator activates it."""

    client_id: str
    deployment_id: str
    name: str
    description: str
    domain: str
    target_link_uri: str
    deep_link_uri: str | None
    initiate_login_uri: str
    redirect_uris: tuple[str, ...]
    jwks_uri: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    custom: Mapping[str, str]
    is_active: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLink:
    """An activity of the course: one place where the tool opens."""

    id: str
    client_id: str
    title: str
    text: str
    url: str
    custom: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class LineItem:
    """A column of the gradebook."""

    id: str
    client_id: str
    label: str
    score_maximum: float
    resource_link_id: str | None = None
    resource_id: str | None = None
    tag: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The latest score of one person in one column."""

    timestamp: datetime
    given: float | None
    maximum: float | None
    activity_progress: str
    grading_progress: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A launch on its way: what ``lti_message_hint`` stands for. It is used up at once."""

    person: Person
    session_id: str
    client_id: str
    target_link_uri: str
    link: ResourceLink | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A deep linking dialogue which waits for the tool's answer."""

    person: Person
    client_id: str
    data: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """What a bearer token allows."""

    client_id: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(slots=True)
class Classroom:
    """The classroom's whole memory. Single-use things are taken out when they are used."""

    config: ClassroomConfig
    signing_key: SigningKey
    course: Course = field(init=False)
    tools: dict[str, Tool] = field(default_factory=dict)
    links: dict[str, ResourceLink] = field(default_factory=dict)
    line_items: dict[str, LineItem] = field(default_factory=dict)
    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    """By line item id and person id."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    selections: dict[str, Selection] = field(default_factory=dict)
    registration_tokens: dict[str, datetime] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    spent: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """Each client's ``jti`` and nonce, until the message it stood in has run out."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.course = read_course(self.config.course_file)

    def now(self) -> datetime:
        """Tell the time by the classroom's clock."""
        return self.config.now()

    def new_id(self) -> str:
        """Give the next number, as text: ids of a real platform are often just that."""
        return str(next(self._numbers))

    def tool_of(self, client_id: str) -> Tool | None:
        """Find an activated tool."""
        tool = self.tools.get(client_id)
        return tool if tool is not None and tool.is_active else None

    def spend(self, client_id: str, value: str, until: datetime) -> bool:
        """Note a ``jti`` or nonce as used. False: it was used before."""
        with self.lock:
            now = self.now()
            self.spent = {key: end for key, end in self.spent.items() if end > now}
            is_new = (client_id, value) not in self.spent
            self.spent[client_id, value] = until
            return is_new

    def add_ticket(self, ticket: Ticket) -> str:
        """Keep a launch until its authorization request comes; forget the expired ones."""
        now = self.now()
        with self.lock:
            self.tickets = {key: t for key, t in self.tickets.items() if t.expires_at > now}
            key = secrets.token_urlsafe(16)
            self.tickets[key] = ticket
        return key

    def take_ticket(self, key: str, session_id: str) -> Ticket | None:
        """Use up a launch: at most once, in its own browser session, before it expires."""
        with self.lock:
            ticket = self.tickets.get(key)
            if ticket is None or not secrets.compare_digest(ticket.session_id, session_id):
                return None
            del self.tickets[key]
        return ticket if ticket.expires_at > self.now() else None

    def add_link(
        self,
        tool: Tool,
        *,
        title: str,
        text: str = "",
        url: str | None = None,
        custom: Mapping[str, str] | None = None,
    ) -> ResourceLink:
        """Put the tool into the course as an activity."""
        link = ResourceLink(
            id=self.new_id(),
            client_id=tool.client_id,
            title=title or tool.name,
            text=text,
            url=url or tool.target_link_uri,
            custom={**tool.custom, **(custom or {})},
        )
        self.links[link.id] = link
        return link

    def items_of(self, client_id: str, resource_link_id: str | None = None) -> list[LineItem]:
        """List a tool's columns of the gradebook, or only those of one activity."""
        return [
            item
            for item in list(self.line_items.values())
            if item.client_id == client_id and resource_link_id in (None, item.resource_link_id)
        ]
