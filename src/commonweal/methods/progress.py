"""A bar for whoever waits: silent for two seconds, and silent altogether where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable

#: Called by a method with the share of its work that is done, from 0 to 1.
Progress = Callable[[float], None]


def unheard(share: float) -> None:
    """The default: nobody asked."""


class Bar:
    """Draws on standard error once the work has lasted two seconds. Use as a context manager; call it with the share."""

    def __init__(self, label: str) -> None:
        from tqdm import tqdm

        self._bar = tqdm(
            total=100,
            desc=label,
            delay=2,
            leave=False,
            file=sys.stderr,
            disable=not sys.stderr.isatty(),
            bar_format="{desc} {bar} {n:.0f}% {elapsed}",
        )

    def __enter__(self) -> Bar:
        return self

    def __call__(self, share: float) -> None:
        self._bar.update(100 * share - self._bar.n)

    def __exit__(self, *_error: object) -> None:
        self._bar.close()
