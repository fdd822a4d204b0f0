"""Peer mentoring between equals: pair people fairly, say why, and find them a time to meet.

Start with `read_members` and `pair`, or on a shell with ``peerloom pair members.csv``.

People
    `Member`, `Availability`, `WeeklySlot`, `read_members`.
Pairing
    `pair`, `Policy`, `PRESETS`, `Fairness`, `ColumnCriterion`, `Comparison` (`SIMILAR`,
    `COMPLEMENTARY`, `Way`), `Rhythm`, `read_policy`, `History`, `PastGroup`,
    `read_history`, `Ask`, `read_asks`.
Several rounds
    `rotate`, `Rotation`, `RotationCertificate`, `read_pairing`.
What comes out
    `Pairing`, `Group`, `Reason`, `Relaxation`, `Certificate`, `Progress`, `FULL_SCORE`.
Changes and fairness
    `repair`, `Repair`, `Price`, `StabilityAudit`, `BlockingPair`, `equality_audit`,
    `EqualityAudit`, `Difference`, `draws`, `Draws`, `lottery_record`, `LotteryRecord`,
    `MemberWhatIf`, `TimeToAdd`, `PairingWhatIf`.
After the pairing
    `peerloom.mentoring` (goals, sessions, agendas, nudges, health, impact) and
    `peerloom.programmes` (one course or community in one file); import their modules.
Time
    `common_minutes`, `propose_slots`, `Slot`, `REFERENCE_WEEK`.
Errors
    `PeerloomError` and, below it, `FileError` (`MembersFileError`, `HistoryFileError`,
    `PolicyFileError`, each with its `Problem` list), `MemberError`, `AvailabilityError`,
    `UnknownZoneError`, `PolicyError`, `InfeasibleError`, `RepairError` and `WeekError`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from peerloom.asks import Ask
from peerloom.availability import Availability, WeeklySlot
from peerloom.certificate import Certificate
from peerloom.comparisons import COMPLEMENTARY, SIMILAR, ColumnCriterion, Comparison, Way
from peerloom.criteria import FULL_SCORE, score_matrix
from peerloom.equality import Difference, EqualityAudit, equality_audit
from peerloom.errors import (
    AvailabilityError,
    FileError,
    HistoryFileError,
    InfeasibleError,
    MemberError,
    MembersFileError,
    PeerloomError,
    PolicyError,
    PolicyFileError,
    Problem,
    RepairError,
    UnknownZoneError,
    WeekError,
)
from peerloom.lottery import Draws, LotteryRecord, draws, lottery_record
from peerloom.matchmaking import Group, Pairing, pair
from peerloom.members import Member
from peerloom.policy import PRESETS, Fairness, Policy, Rhythm
from peerloom.price import Price
from peerloom.progress import Progress
from peerloom.reasons import Reason
from peerloom.relaxations import Relaxation
from peerloom.repair_report import Repair
from peerloom.repairs import repair
from peerloom.rotation import Rotation, RotationCertificate, rotate
from peerloom.rounds import History, PastGroup
from peerloom.slots import Slot, propose_slots
from peerloom.stability import BlockingPair, StabilityAudit
from peerloom.weeks import REFERENCE_WEEK, common_minutes
from peerloom.what_if_pairing import PairingWhatIf
from peerloom.what_ifs import MemberWhatIf, TimeToAdd

if TYPE_CHECKING:
    from peerloom.formats.asks_files import read_asks
    from peerloom.formats.history_files import read_history
    from peerloom.formats.members_csv import read_members
    from peerloom.formats.pairing_files import read_pairing
    from peerloom.formats.policy_files import read_policy

__all__ = [
    "COMPLEMENTARY",
    "FULL_SCORE",
    "PRESETS",
    "REFERENCE_WEEK",
    "SIMILAR",
    "Ask",
    "Availability",
    "AvailabilityError",
    "BlockingPair",
    "Certificate",
    "ColumnCriterion",
    "Comparison",
    "Difference",
    "Draws",
    "EqualityAudit",
    "Fairness",
    "FileError",
    "Group",
    "History",
    "HistoryFileError",
    "InfeasibleError",
    "LotteryRecord",
    "Member",
    "MemberError",
    "MemberWhatIf",
    "MembersFileError",
    "Pairing",
    "PairingWhatIf",
    "PastGroup",
    "PeerloomError",
    "Policy",
    "PolicyError",
    "PolicyFileError",
    "Price",
    "Problem",
    "Progress",
    "Reason",
    "Relaxation",
    "Repair",
    "RepairError",
    "Rhythm",
    "Rotation",
    "RotationCertificate",
    "Slot",
    "StabilityAudit",
    "TimeToAdd",
    "UnknownZoneError",
    "Way",
    "WeekError",
    "WeeklySlot",
    "common_minutes",
    "draws",
    "equality_audit",
    "lottery_record",
    "pair",
    "propose_slots",
    "read_asks",
    "read_history",
    "read_members",
    "read_pairing",
    "read_policy",
    "repair",
    "rotate",
    "score_matrix",
]

# Only who reads files waits for what checks them: that takes as long as all the rest.
_READERS = {
    "read_asks": "asks_files",
    "read_history": "history_files",
    "read_members": "members_csv",
    "read_pairing": "pairing_files",
    "read_policy": "policy_files",
}


def __getattr__(name: str) -> Any:
    """Import the function that reads a kind of file when it is asked for."""
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"peerloom.formats.{_READERS[name]}"), name)
