"""A pairing as JSON, for programs; next month's ``--history`` reads it too."""

from __future__ import annotations

import json

from peerloom.pairings import Pairing
from peerloom.schemas import PolicySchema


def to_json(pairing: Pairing) -> str:
    """Write everything but e-mail addresses."""
    names = {member.id: member.display_name for member in pairing.members}
    document = {
        "format": "peerloom.pairing",
        "version": 1,
        "policy": PolicySchema().dump(pairing.policy),
        "size": pairing.size,
        "seed": pairing.seed,
        "week": pairing.week.isoformat(),
        "score": pairing.score,
        "upper_bound": pairing.upper_bound,
        "gap": pairing.gap,
        "groups": [
            {
                "members": list(group.members),
                "names": list(group.names),
                "score": group.score,
                "common_minutes": group.common_minutes,
                "repeats": group.repeats,
                "is_locked": pairing.is_locked(group),
                "reasons": [reason.to_dict() for reason in pairing.explain(group)],
            }
            for group in pairing.groups
        ],
        "relaxed": [relaxation.to_dict() for relaxation in pairing.relaxed],
        "not_paired": [
            {"member": member, "name": names[member], "reason": reason.to_dict()}
            for member, reason in pairing.not_paired.items()
        ],
        "certificate": pairing.certificate().to_dict(),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
