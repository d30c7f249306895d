"""People who wait for an answer, the people who give it, and every step that was taken so that nobody waits in vain."""

from __future__ import annotations

from .aftercare import CHECK_DAYS, CHECK_STANDS, AfterCheck, Reopening
from .desk import Concern
from .lines import CHECK_HOLDS_FOR, LineCheck
from .requests import (
    CLAIM_LASTS,
    ENOUGH_REPLIES,
    FIRST_TOPIC_PROMISE,
    NEXT_TIER_AFTER,
    SUPPORT_PROMISE,
    Acknowledgement,
    Circumstances,
    Escalation,
    HelpKind,
    HumanReply,
    NameLook,
    Need,
    SupportRequest,
)
from .rota import GapTold, PlannedDuty, SlotCover, SlotOffer, SlotSignUp, WeeklySlot
from .services import LocalService
from .supporters import DebriefNote, Duty, Rest, Supporter
from .training import (
    DEFAULT_CAP,
    DEFAULT_RENEWAL_DAYS,
    AgreementAcceptance,
    AgreementText,
    Application,
    ApplicationAnswer,
    Standard,
    TrainingDone,
    TrainingItem,
)
from .watching import Hold, MatchStep, PhraseMatch

__all__ = [
    "CHECK_DAYS",
    "CHECK_HOLDS_FOR",
    "CHECK_STANDS",
    "CLAIM_LASTS",
    "DEFAULT_CAP",
    "DEFAULT_RENEWAL_DAYS",
    "ENOUGH_REPLIES",
    "FIRST_TOPIC_PROMISE",
    "NEXT_TIER_AFTER",
    "SUPPORT_PROMISE",
    "Acknowledgement",
    "AfterCheck",
    "AgreementAcceptance",
    "AgreementText",
    "Application",
    "ApplicationAnswer",
    "Circumstances",
    "Concern",
    "DebriefNote",
    "Duty",
    "Escalation",
    "GapTold",
    "HelpKind",
    "Hold",
    "HumanReply",
    "LineCheck",
    "LocalService",
    "MatchStep",
    "NameLook",
    "Need",
    "PhraseMatch",
    "PlannedDuty",
    "Reopening",
    "Rest",
    "SlotCover",
    "SlotOffer",
    "SlotSignUp",
    "Standard",
    "SupportRequest",
    "Supporter",
    "TrainingDone",
    "TrainingItem",
    "WeeklySlot",
]
