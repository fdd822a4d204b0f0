"""The people of a course as staff see them: who is here, who told us, who sits with whom."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.store import rounds
from lti_tool.store.models import Membership, RoundState
from lti_tool.web import overview
from lti_tool.web.display import person
from lti_tool.web.visits import current_visit, db, now, staff_only

blueprint = Blueprint("people", __name__, url_prefix="/visit/<key>")


@dataclass(frozen=True, slots=True)
class Entry:
    """A learner in the list."""

    membership: Membership
    has_told: bool
    is_paused: bool
    mates: tuple[Membership, ...]


@blueprint.get("/people")
@staff_only
def show() -> ResponseReturnValue:
    """List the learners by name, those without a name at the end."""
    context = current_visit().membership.context
    roster = overview.roster_view(db(), context, now())
    published = rounds.open_round(db(), context.id, RoundState.PUBLISHED)
    groups = {
        seat.membership_id: group
        for group in (published.groups if published is not None else ())
        for seat in group.seats
    }
    entries = [
        Entry(
            membership=one,
            has_told=one.profile is not None,
            is_paused=one.id in roster.paused,
            mates=tuple(
                seat.membership
                for seat in (groups[one.id].seats if one.id in groups else ())
                if seat.membership_id != one.id
            ),
        )
        for one in roster.learners
    ]
    entries.sort(key=lambda one: (not one.membership.user.name, _letters(person(one.membership))))
    return render_template(
        "people.html",
        context=context,
        roster=roster,
        now=now(),
        published=published,
        entries=overview.page_of(entries, request.args.get("page", 1, type=int), 100),
    )


def _letters(name: str) -> str:
    """Return what a name is sorted by: its letters without accents, so that Ç stands near C."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
