"""A pairing as JSON, for programs; next month's ``--history`` reads it too."""

from __future__ import annotations

import json

from peerloom.formats.rounds_parts import group_data, head_data, not_paired_data
from peerloom.pairings import Pairing


def to_json(pairing: Pairing) -> str:
    """Write everything but e-mail addresses."""
    document = {
        "format": "peerloom.pairing",
        "version": 1,
        **head_data(pairing),
        "score": pairing.score,
        "upper_bound": pairing.upper_bound,
        "gap": pairing.gap,
        "groups": [
            {
                **group_data(group),
                "is_locked": pairing.is_locked(group),
                "reasons": [reason.to_dict() for reason in pairing.explain(group)],
            }
            for group in pairing.groups
        ],
        "relaxed": [relaxation.to_dict() for relaxation in pairing.relaxed],
        "not_paired": not_paired_data(pairing),
        "certificate": pairing.certificate().to_dict(),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
