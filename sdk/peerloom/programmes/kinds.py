"""The kinds of records that a programme holds, in the order of its file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from peerloom.programmes.records import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("members", "member", members=("id",), is_private=False),
            Kind("rounds", "round", key=("number",), is_private=False),
            Kind("groups", "group", members=("members",), is_private=False),
            Kind("activities", "activity", is_private=False),
            Kind("questionnaires", "questionnaire", is_private=False),
            Kind("preferences", "preference", key=("member",), members=("member",)),
            Kind("asks", "ask", key=("asker", "asked"), members=("asker", "asked")),
            Kind("agreements", "agreement", key=("group",), groups=("group",)),
            Kind("goals", "goal", groups=("group",), members=("member",)),
            Kind("sessions", "session", groups=("group",), members=("members",)),
            Kind("check_ins", "checkin", groups=("group",), members=("member",)),
            Kind("switch_asks", "switch", groups=("group",), members=("member",)),
            Kind("farewells", "farewell", groups=("group",), members=("member",)),
            Kind("nudges", "nudge", groups=("group",), members=("member",)),
            Kind("resources", "resource", groups=("group",), members=("added_by",)),
            Kind("removed_resources", "resource"),
            Kind(
                "responses",
                "response",
                key=("member", "questionnaire", "wave"),
                members=("member",),
            ),
        )
    }
)
"""Each kind by its name, which is that of the field of `Programme` and of the key in its file."""
