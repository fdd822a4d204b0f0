"""Open edX's own LTI platform code, served over HTTP as an LMS that is not ours.

`conftest.py` starts this file with the Python of an environment of its own; our code reaches it
over HTTP only (docs/decisions/0007). The package is the platform; this file stands for the rest of
the LMS: the settings, the `compat` functions through which the package asks the LMS about courses
and people, and two helper routes. `/start?user=3` is a click on the activity. `/state` shows what
the LMS has stored. Imports stand in the functions where they need Django set up first.

Usage: serve.py TOOL_URL. When it serves, it prints one line: READY and a JSON object.
"""

from __future__ import annotations

import json
import sys
import uuid
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

COURSE = "course-v1:Loom+PM101+2026"
PLACE = "block-v1:Loom+PM101+2026+type@lti_consumer+block@peers"
STAFF, NAMELESS, MEMBERS, PAGE = 1, 7, 60, 25


class QuietHandler(WSGIRequestHandler):
    """The server prints the READY line and nothing else, so that no pipe fills up."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def subject(user: int) -> str:
    """The id by which the tool knows a person: opaque and always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{COURSE}/{user}"))


def person(user: int) -> dict[str, object]:
    """One member of the course, as the LMS core describes people to the package."""
    member: dict[str, object] = {"id": user, "roles": ["staff" if user == STAFF else "student"]}
    return member if user == NAMELESS else {**member, "name": f"Zoë Person {user:02}"}


def configure(address: str) -> None:
    """Set up Django with what the package needs, the database in memory."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "config_models",
            "lti_consumer",
        ],
        LMS_ROOT_URL=address,
        OPENEDX_TELEMETRY=[],
        MIDDLEWARE=[
            # The package caches answers per request; this ends the cache with the request.
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            # It asks who saves a choice; everybody is anonymous here.
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        PLATFORM_NAME="Open edX in a test",
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
        SECRET_KEY="for tests only",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        USAGE_ID_PATTERN=r"(?P<usage_id>[^/]+)",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def stand_in_for_the_lms(grades: dict[str, float]) -> None:
    """Answer the package's questions to the LMS core. `grades` is the LMS's gradebook."""
    from lti_consumer import models
    from lti_consumer.plugin import compat

    def set_user_module_score(user: str, score: float, maximum: float, comment: str | None) -> None:
        grades[user] = score * maximum

    block = SimpleNamespace(
        accept_grades_past_due=True,
        context_id=COURSE,
        display_name="Peer mentoring",
        has_score=True,
        is_past_due=lambda: False,
        lti_1p3_passport_id="",
        max_score=lambda: 100,
        scope_ids=SimpleNamespace(usage_id=PLACE),
        set_user_module_score=set_user_module_score,
        weight=100,
    )
    users = range(1, MEMBERS + 1)
    compat.load_enough_xblock = compat.load_block_as_user = lambda location: block
    compat.get_user_from_external_user_id = lambda external: external
    compat.get_course_members = lambda course: {user: person(user) for user in users}
    compat.batch_get_or_create_externalids = lambda _: {
        user: SimpleNamespace(external_user_id=subject(user)) for user in users
    }
    compat.get_user_course_forum_role = lambda user, course: None
    compat.user_has_studio_write_access = lambda user, course: True
    # The package pages only where the request says `limit`. A platform may write it into the
    # address it hands out (Names and Roles 2.0, 2.4.2), and this one does.
    whole = models.get_lti_nrps_context_membership_url
    models.get_lti_nrps_context_membership_url = lambda config: f"{whole(config)}?limit={PAGE}"


def install(tool: str) -> Any:
    """Place the tool in the course and let the course share names."""
    from lti_consumer.models import CourseAllowPIISharingInLTIFlag, Lti1p3Passport, LtiConfiguration

    CourseAllowPIISharingInLTIFlag.objects.create(course_id=COURSE, enabled=True)
    return LtiConfiguration.objects.create(
        version=LtiConfiguration.LTI_1P3,
        config_store=LtiConfiguration.CONFIG_ON_DB,
        location=PLACE,
        lti_1p3_oidc_url=f"{tool}/lti/login",
        lti_1p3_launch_url=f"{tool}/",
        lti_1p3_redirect_uris=[f"{tool}/lti/launch"],
        lti_1p3_passport=Lti1p3Passport.objects.create(
            lti_1p3_tool_keyset_url=f"{tool}/lti/jwks.json"
        ),
        lti_advantage_enable_nrps=True,
        lti_advantage_ags_mode=LtiConfiguration.LTI_ADVANTAGE_AGS_DECLARATIVE,
        lti_advantage_deep_linking_enabled=True,
        lti_advantage_deep_linking_launch_url=f"{tool}/",
    )


def routes(config: Any, grades: dict[str, float]) -> list[Any]:
    """Give the package's addresses and the two helpers."""
    from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
    from django.urls import include, path
    from lti_consumer import api
    from lti_consumer.data import Lti1p3LaunchData
    from lti_consumer.models import LtiAgsScore, LtiDlContentItem

    def start(request: HttpRequest) -> HttpResponseRedirect:
        user = int(request.GET["user"])
        data = Lti1p3LaunchData(
            user_id=user,
            external_user_id=subject(user),
            user_role="staff" if user == STAFF else "student",
            name=person(user).get("name"),
            config_id=config.config_id,
            resource_link_id=PLACE,
            context_id=COURSE,
            context_type=["course_offering"],
            context_title="Peer mentoring for web developers",
            context_label="PM101",
        )
        choosing = "choose" in request.GET
        return HttpResponseRedirect(
            api.get_lti_1p3_launch_start_url(data, deep_link_launch=choosing)
        )

    def state(request: HttpRequest) -> JsonResponse:
        return JsonResponse(
            {
                "grades": grades,
                "scores": list(LtiAgsScore.objects.values()),
                "content_items": list(
                    LtiDlContentItem.objects.values("content_type", "attributes")
                ),
            }
        )

    return [
        path("start", start),
        path("state", state),
        path("api/", include("lti_consumer.plugin.urls")),
    ]


def main() -> None:
    """Serve on a free port until the process is ended."""
    server = make_server("127.0.0.1", 0, None, handler_class=QuietHandler)
    address = f"http://127.0.0.1:{server.server_port}"
    grades: dict[str, float] = {}
    configure(address)
    stand_in_for_the_lms(grades)
    config = install(sys.argv[1].rstrip("/"))
    settings.ROOT_URLCONF = tuple(routes(config, grades))
    server.set_app(get_wsgi_application())

    from lti_consumer.utils import get_lms_lti_access_token_link, get_lms_lti_keyset_link

    ready = {
        "issuer": address,
        "client_id": config.lti_1p3_client_id,
        "deployment_id": config.get_lti_consumer().deployment_id,
        "authorization_endpoint": f"{address}/api/lti_consumer/v1/launch/",
        "token_endpoint": get_lms_lti_access_token_link(config.passport_id),
        "jwks_uri": get_lms_lti_keyset_link(config.passport_id),
        "staff": STAFF,
        "nameless": NAMELESS,
        "subjects": {user: subject(user) for user in range(1, MEMBERS + 1)},
    }
    sys.stdout.write(f"READY {json.dumps(ready)}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
