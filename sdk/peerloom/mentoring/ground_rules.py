"""Ground rules that a group may take into its agreement, change, or leave."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from peerloom.reasons import N_

GROUND_RULES: Mapping[str, str] = MappingProxyType(
    {
        "in_confidence": N_("What we say here stays here, unless all of us agree to share it."),
        "on_time": N_("We come on time, and we say so early when we cannot come."),
        "equals": N_("We are equals: everybody teaches, everybody learns, everybody speaks."),
        "listen_first": N_("We listen first, and we ask before we give advice."),
        "no_silly_questions": N_("Every question is welcome, and nobody has to know everything."),
        "kind_and_honest": N_("Our feedback is honest, kind and about the work, not the person."),
        "full_attention": N_("During a session we put phones and other work away."),
        "own_hands": N_("Each of us does their own work: we explain, we do not take over."),
        "answer_in_two_days": N_("We answer messages within two days, even if only briefly."),
        "free_to_switch": N_("Each of us may ask for a switch, and it is nobody's fault."),
    }
)
"""Texts by a stable name. In an agreement they are the group's own words, in its own language."""
