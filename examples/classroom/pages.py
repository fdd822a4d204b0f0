"""The pages that people see: who are you, the course, the gradebook, the tools."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from examples.classroom.grades import shown_points
from examples.classroom.session import (
    current_person,
    instructor_required,
    person_required,
    refuse,
    sign_in,
    this_classroom,
)
from examples.classroom.state import Tool

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def front() -> str:
    """Ask who you are: the instructor or any student, with one click."""
    classroom = this_classroom()
    link = classroom.links.get(request.args.get("activity", ""))
    return render_template(
        "front.html", course=classroom.course, person=current_person(), activity=link
    )


@blueprint.post("/sign-in")
def choose_person() -> ResponseReturnValue:
    """Become somebody, and go on to the course or back to the activity."""
    classroom = this_classroom()
    person = classroom.course.people.get(request.form.get("person", ""))
    if person is None:
        refuse("There is nobody of that id in the course.")
    sign_in(person)
    link_id = request.form.get("activity", "")
    if link_id in classroom.links:
        return redirect(url_for("pages.activity", link_id=link_id), 303)
    return redirect(url_for("pages.course"), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Log out."""
    session.clear()
    return redirect(url_for("pages.front"), 303)


@blueprint.get("/course")
@person_required
def course() -> str:
    """List the activities of the course."""
    classroom = this_classroom()
    return render_template(
        "course.html",
        course=classroom.course,
        links=list(classroom.links.values()),
        person=current_person(),
    )


@blueprint.get("/course/activities/<link_id>")
@person_required
def activity(link_id: str) -> str:
    """Show an activity: the tool in a frame."""
    link = this_classroom().links.get(link_id)
    if link is None:
        refuse("There is no such activity.", 404)
    return render_template("activity.html", link=link, person=current_person())


@blueprint.get("/storage")
def storage() -> str:
    """Keep data for tools, in a frame beside theirs."""
    return render_template("storage_frame.html")


@blueprint.app_context_processor
def _storage_target() -> dict[str, str]:
    return {"storage_target": this_classroom().config.storage_target}


@blueprint.get("/course/add")
@instructor_required
def add() -> str:
    """Offer the active tools for a new activity."""
    tools = [tool for tool in this_classroom().tools.values() if tool.is_active]
    return render_template("add.html", tools=tools, person=current_person())


@blueprint.get("/course/add/<client_id>")
@instructor_required
def choose(client_id: str) -> str:
    """Let the tool say what can be added: deep linking, in a frame."""
    tool = _tool(client_id)
    return render_template("choose.html", tool=tool, person=current_person())


@blueprint.post("/course/activities")
@instructor_required
def add_plain() -> ResponseReturnValue:
    """Add the tool itself as an activity, with nothing chosen and no column."""
    link = this_classroom().add_link(_tool(request.form.get("tool", "")), title="")
    return redirect(url_for("pages.activity", link_id=link.id), 303)


@blueprint.get("/course/grades")
@instructor_required
def grades() -> str:
    """Show the gradebook: a row for each student, a column for each line item."""
    classroom = this_classroom()
    items = list(classroom.line_items.values())
    rows = [
        (
            student,
            [
                (shown_points(item, classroom.scores.get((item.id, student.id))), item)
                for item in items
            ],
        )
        for student in classroom.course.students
    ]
    return render_template("grades.html", items=items, rows=rows, person=current_person())


@blueprint.get("/admin")
@instructor_required
def admin() -> str:
    """List the registered tools."""
    tools = list(this_classroom().tools.values())
    return render_template("admin.html", tools=tools, person=current_person())


@blueprint.post("/admin/register")
@instructor_required
def register() -> ResponseReturnValue:
    """Open the tool's registration page in a frame, with a single-use registration token."""
    classroom = this_classroom()
    parts = urlsplit(request.form.get("url", "").strip())
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        refuse("Give the tool's registration address; it starts with https:// or http://.")
    token = secrets.token_urlsafe(32)
    classroom.registration_tokens[token] = classroom.now() + classroom.config.access_token_lifetime
    query = [
        *parse_qsl(parts.query, keep_blank_values=True),
        ("openid_configuration", f"{classroom.config.url}/.well-known/openid-configuration"),
        ("registration_token", token),
    ]
    address = urlunsplit(parts._replace(query=urlencode(query), fragment=""))
    page = render_template("register.html", address=address, person=current_person())
    # The address holds the registration token, which is nobody else's business.
    return page, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@blueprint.post("/admin/tools/<client_id>/activate")
@instructor_required
def activate(client_id: str) -> ResponseReturnValue:
    """Allow a tool, or stop it."""
    tool = this_classroom().tools.get(client_id)
    if tool is None:
        refuse("There is no such tool.", 404)
    tool.is_active = request.form.get("active") == "yes"
    return redirect(url_for("pages.admin"), 303)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Say that the classroom is up."""
    return {"status": "ok"}


def _tool(client_id: str) -> Tool:
    tool = this_classroom().tool_of(client_id)
    if tool is None:
        refuse("There is no such active tool.", 404)
    return tool
