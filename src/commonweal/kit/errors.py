"""The one way an action says no."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An action cannot be done, for a reason the person can understand and act on.

    `message` is translated, plain, and says what to do next. `field` names the form field beside which it should
    stand; without one it stands at the top of the form. Views turn it into a form error, so nothing typed is lost.
    """

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class TooMany(Refused):
    """A per-action limit was reached. The message says when the person can go on."""
