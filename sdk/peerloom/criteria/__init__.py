"""What speaks for putting two people together: a module for each kind of criterion.

Each one gives the engine terms (`peerloom.pairing.profiles`), from which the points of any pair can
be worked out, and sentences that say why. All of them keep to the same rules:

- An answer that is not known adds nothing, so hiding one never pays, and one more word or one more
  free hour never makes a pair worse.
- A criterion looks at two people only, in both directions alike.
- A sentence names what people have in common or give each other, never the answer of one alone.
"""

from peerloom.criteria.bits import key, keys
from peerloom.criteria.free_time import FreeTime
from peerloom.criteria.model import alone_codes, score_matrix, score_model, terms
from peerloom.criteria.scale import FULL_QUALITY, FULL_SCORE, STEP

__all__ = [
    "FULL_QUALITY",
    "FULL_SCORE",
    "STEP",
    "FreeTime",
    "alone_codes",
    "key",
    "keys",
    "score_matrix",
    "score_model",
    "terms",
]
