"""People who wait for an answer, the people who give it, and every step that was taken so that nobody waits in vain."""

from __future__ import annotations

from .lines import CHECK_HOLDS_FOR, LineCheck
from .requests import (
    ENOUGH_REPLIES,
    FIRST_TOPIC_PROMISE,
    NEXT_TIER_AFTER,
    SUPPORT_PROMISE,
    Acknowledgement,
    Escalation,
    HelpKind,
    HumanReply,
    NameLook,
    Need,
    SupportRequest,
)
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

__all__ = [
    "CHECK_HOLDS_FOR",
    "DEFAULT_CAP",
    "DEFAULT_RENEWAL_DAYS",
    "ENOUGH_REPLIES",
    "FIRST_TOPIC_PROMISE",
    "NEXT_TIER_AFTER",
    "SUPPORT_PROMISE",
    "Acknowledgement",
    "AgreementAcceptance",
    "AgreementText",
    "Application",
    "ApplicationAnswer",
    "DebriefNote",
    "Duty",
    "Escalation",
    "HelpKind",
    "HumanReply",
    "LineCheck",
    "NameLook",
    "Need",
    "Rest",
    "Standard",
    "SupportRequest",
    "Supporter",
    "TrainingDone",
    "TrainingItem",
]
