"""Typed readers for settings that come from the environment. A wrong value stops the start and says what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """One setting as the documentation lists it."""

    name: str
    default: str
    help: str


#: Every setting that was read, in order. docs/settings.md is compared with it.
KNOWN: dict[str, Setting] = {}


def _read(name: str, default: T, help: str, parse: Callable[[str], T], shown: str | None = None) -> T:
    KNOWN[name] = Setting(name, shown if shown is not None else str(default), help)
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: {error} Correct it in the environment and start again.") from error


def text(name: str, default: str = "", *, help: str, shown: str | None = None) -> str:
    return _read(name, default, help, str, shown)


def number(name: str, default: int, *, help: str, least: int = 0, most: int = 2**31) -> int:
    def parse(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError(f"must be a whole number from {least} to {most}.") from None
        if not least <= value <= most:
            raise ValueError(f"must be from {least} to {most}.")
        return value

    return _read(name, default, help, parse)


def yes_or_no(name: str, default: bool, *, help: str) -> bool:
    def parse(raw: str) -> bool:
        words = {
            "1": True,
            "yes": True,
            "true": True,
            "on": True,
            "0": False,
            "no": False,
            "false": False,
            "off": False,
        }
        if raw.lower() not in words:
            raise ValueError("must be yes or no (or 1 or 0).")
        return words[raw.lower()]

    return _read(name, default, help, parse, "yes" if default else "no")


def words(name: str, default: tuple[str, ...], *, help: str) -> list[str]:
    def parse(raw: str) -> list[str]:
        return [part.strip() for part in raw.split(",") if part.strip()]

    return _read(name, list(default), help, parse, ", ".join(default))


def path(name: str, default: Path, *, help: str, shown: str) -> Path:
    return _read(name, default, help, lambda raw: Path(raw).expanduser().resolve(), shown)


def rehearsal(name: str, *, real: bool, help: str) -> Path | None:
    """The file of a clock that runs ahead; never where real people are promised answers by a deadline."""

    def parse(raw: str) -> Path | None:
        if real:
            raise ValueError("the clock of an instance that people reach over https is the real one. Take it out.")
        return Path(raw).expanduser().resolve()

    return _read(name, None, help, parse, "the real time")


def one_of(name: str, default: str, choices: tuple[str, ...], *, help: str) -> str:
    def parse(raw: str) -> str:
        if raw not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}.")
        return raw

    return _read(name, default, help, parse)


def database(name: str, sqlite_file: Path, *, help: str) -> dict[str, object]:
    """Django's database dictionary from `postgres://person:password@host:port/name`; without it, the SQLite file."""

    def parse(raw: str) -> dict[str, object]:
        url = urlsplit(raw)
        if url.scheme in ("postgres", "postgresql") and url.path.strip("/"):
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(url.path.lstrip("/")),
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "HOST": unquote(url.hostname or ""),
                "PORT": url.port or "",
                "CONN_MAX_AGE": None,
                "CONN_HEALTH_CHECKS": True,
            }
        raise ValueError("must look like postgres://name:password@host:5432/database.")

    embedded: dict[str, object] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": sqlite_file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
            ),
        },
    }
    return _read(name, embedded, help, parse, "the embedded SQLite file in DATA")
