"""Who is sitting at this browser: the classroom's own session."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, NoReturn, cast

from flask import (
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

if TYPE_CHECKING:
    from examples.classroom.course import Person
    from examples.classroom.state import Classroom

View = Callable[..., ResponseReturnValue]


def this_classroom() -> Classroom:
    """Give the classroom that the running app serves."""
    return cast("Classroom", current_app.extensions["classroom"])


def current_person() -> Person | None:
    """Tell who is logged in."""
    return this_classroom().course.people.get(session.get("person", ""))


def session_id() -> str:
    """Give the id of this browser's session; it changes with the person."""
    return str(session.get("id", ""))


def sign_in(person: Person) -> None:
    """Log a person in, in a new session."""
    session.clear()
    session["id"] = secrets.token_urlsafe(16)
    session["person"] = person.id


def person_required(view: View) -> View:
    """Send everybody who is not logged in to the front page."""

    @wraps(view)
    def checked(*args: object, **values: object) -> ResponseReturnValue:
        if current_person() is None:
            return redirect(url_for("pages.front"))
        return view(*args, **values)

    return checked


def instructor_required(view: View) -> View:
    """Let only the instructor in. In this small classroom she is the administrator, too."""

    @wraps(view)
    def checked(*args: object, **values: object) -> ResponseReturnValue:
        person = current_person()
        if person is None:
            return redirect(url_for("pages.front"))
        if not person.is_instructor:
            refuse("Only the instructor may do this.", 403)
        return view(*args, **values)

    return checked


def refuse(reason: str, status: int = 400) -> NoReturn:
    """Answer with an error page that says what is wrong."""
    page = render_template("error.html", reason=reason, person=current_person())
    abort(make_response(page, status))


def post_from_browser(action: str, fields: dict[str, str], title: str) -> str:
    """Make a page whose form posts itself; without JavaScript it has a button."""
    return render_template("post.html", action=action, fields=fields, title=title)


def post_again_with_cookie() -> str | None:
    """Make up for a cookie that the browser held back, as Moodle does.

    The session's cookie is SameSite=Lax. A request which a page of the *tool* started inside the
    frame comes without it. The same request started by our own page has it.
    """
    if session_id() or "repost" in request.values:
        return None
    fields = {**request.values.to_dict(), "repost": "1"}
    return post_from_browser(request.path, fields, "One moment")
