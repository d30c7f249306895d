"""What `commonweal check` asks each capability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .registry import Registry


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `do` is what the operator should do, in the imperative; empty when all is well."""

    state: Literal["good", "look", "bad"]
    what: str
    do: str = ""


#: name -> function() -> Finding; the function's name reads as the check ("help lines").
HEALTH: Registry[Callable[[], Finding]] = Registry("health")
