from . import pairing
from .asks import Ask
from .availability import Availability, WeeklySlot
from .certificate import Certificate
from .comparisons import (
    COMPLEMENTARY,
    SIMILAR,
    ColumnCriterion,
    Comparison,
    Way,
)
from .criteria import FULL_SCORE, score_matrix
from .equality import (
    Difference,
    EqualityAudit,
    equality_audit,
)
from .errors import (
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
from .formats.asks_files import read_asks
from .formats.history_files import read_history
from .formats.members_csv import read_members
from .formats.pairing_files import read_pairing
from .formats.policy_files import read_policy
from .lottery import (
    Draws,
    LotteryRecord,
    draws,
    lottery_record,
)
from .matchmaking import Group, Pairing, pair
from .members import Member
from .policy import PRESETS, Fairness, Policy, Rhythm
from .price import Price
from .progress import Progress
from .reasons import Reason
from .relaxations import Relaxation
from .repair_report import Repair
from .repairs import repair
from .rotation import (
    Rotation,
    RotationCertificate,
    rotate,
)
from .rounds import History, PastGroup
from .slots import Slot, propose_slots
from .stability import BlockingPair, StabilityAudit
from .weeks import REFERENCE_WEEK, common_minutes
from .what_if_pairing import PairingWhatIf
from .what_ifs import MemberWhatIf, TimeToAdd

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
    "pairing",
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
