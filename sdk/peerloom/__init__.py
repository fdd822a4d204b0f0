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

import lazy_loader

# `__init__.pyi` says where each name lives. It is imported when it is asked for: `import peerloom`
# loads no NumPy, and who pairs does not wait for what repairs.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
