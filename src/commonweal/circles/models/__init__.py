"""An introduction is a proposed pairing that opens only when both say yes; a circle is a series with the same people."""

from .introductions import (
    MOST_A_WEEK,
    MOST_OPEN,
    OPEN_FOR,
    SAME_PAIR_AFTER,
    Afterwards,
    Introduction,
    IntroductionAnswer,
    Meeting,
    MeetingPlace,
    Pause,
)
from .rounds import SHARES, Kind, Planned, Round, Stage, Wishes
from .series import SESSION_EVERY, SESSION_LENGTH, SESSIONS, Attendance, Circle, Seat, Session

__all__ = [
    "MOST_A_WEEK",
    "MOST_OPEN",
    "OPEN_FOR",
    "SAME_PAIR_AFTER",
    "SESSIONS",
    "SESSION_EVERY",
    "SESSION_LENGTH",
    "SHARES",
    "Afterwards",
    "Attendance",
    "Circle",
    "Introduction",
    "IntroductionAnswer",
    "Kind",
    "Meeting",
    "MeetingPlace",
    "Pause",
    "Planned",
    "Round",
    "Seat",
    "Session",
    "Stage",
    "Wishes",
]
