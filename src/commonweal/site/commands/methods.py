"""The pure methods on the command line; they need neither a database nor Django."""

from __future__ import annotations

from commonweal.methods.command import add_arguments, run

__all__ = ["add_arguments", "run"]
