"""A community's own lines and services as the help page shows them, and reading them from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonweal.communities.models import Membership, State
from commonweal.kit import clock
from commonweal.people.models import Person

from .actions.services import COLUMNS
from .lines import Help, Line, Source
from .models.lines import CHECK_HOLDS_FOR, LineCheck
from .models.services import LocalService, ServiceKind

MOST_ROWS = 200
MOST_SHOWN = 60

_number = RegexValidator(
    r"^[0-9][0-9 ()+-]*$|^\+[0-9 ()-]+$", gettext_lazy("Write the number with digits and spaces only.")
)


class ServiceForm(forms.Form):
    """One line or service. A file is read row by row through the same form, so both refuse the same things."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=ServiceKind.choices, initial=ServiceKind.LINE)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Number to call"), max_length=40, required=False, validators=[_number],
        help_text=gettext_lazy("Copy it from the page; never from memory."),
    )  # fmt: skip
    text = forms.CharField(label=gettext_lazy("Number to text"), max_length=40, required=False, validators=[_number])
    web = forms.URLField(label=gettext_lazy("Website"), max_length=300, required=False, assume_scheme="https")
    hours = forms.CharField(label=gettext_lazy("When somebody answers"), max_length=120, required=False)
    languages = forms.CharField(label=gettext_lazy("Languages"), max_length=120, required=False)
    note = forms.CharField(label=gettext_lazy("A word about it"), max_length=200, required=False)
    source = forms.URLField(
        label=gettext_lazy("The page that states this"), max_length=400, assume_scheme="https",
        error_messages={
            "required": gettext_lazy("Name the page that states this. No number is taken from memory."),
        },
    )  # fmt: skip
    looked_up = forms.DateField(
        label=gettext_lazy("The day you looked at that page"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Say on which day you looked at that page."),
            "invalid": gettext_lazy("Write the day as 2026-01-31."),
        },
    )

    def clean_looked_up(self) -> Any:
        day = self.cleaned_data["looked_up"]
        if day > clock.now().date():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        wrong = {"phone", "text", "web"} & set(self.errors)
        if not wrong and not (said.get("phone") or said.get("text") or said.get("web")):
            self.add_error("phone", _("Give a number or a website: people need a way to reach it."))
        return said


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("The file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))


def template() -> str:
    """The first line of a file to fill in. It holds no example number, so that none is ever taken for real."""
    return ",".join(COLUMNS) + "\r\n"


def read_file(raw: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of a file and what is wrong with it, naming row and column. With anything wrong, take nothing."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [_("Save the file as UTF-8 first; some of its letters cannot be read.")]
    reader = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""), strict=True)
    try:
        columns, raws = [name.strip() for name in reader.fieldnames or []], list(reader)
    except csv.Error:
        return [], [_("The file cannot be read as CSV. A quotation mark may be missing.")]
    missing = [name for name in ("name", "source", "looked_up") if name not in columns]
    problems = [_("The column “%(column)s” is missing.") % {"column": name} for name in missing]
    problems += [_("The column “%(column)s” is not known.") % {"column": n} for n in columns if n not in COLUMNS]
    if len(raws) > MOST_ROWS:
        problems.append(
            ngettext("More than %(n)d row; divide the file.", "More than %(n)d rows; divide the file.", MOST_ROWS)
            % {"n": MOST_ROWS}
        )
    if problems:
        return [], problems
    if not raws:
        return [], [_("The file has no rows below its first line.")]
    return _rows(raws)


def _rows(raws: list[dict[Any, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, raw in enumerate(raws, start=2):
        if None in raw:
            problems.append(_("Row %(row)d has more cells than there are columns.") % {"row": number})
            continue
        values = {str(key).strip(): (value or "").strip() for key, value in raw.items()}
        form = ServiceForm(values | {"kind": values.get("kind") or "line"})
        for column, errors in form.errors.items():
            where = {"row": number, "column": column, "error": " ".join(map(str, errors))}
            problems.append(_("Row %(row)d, column “%(column)s”: %(error)s") % where)
        if not form.is_valid():
            continue
        same = tuple(form.cleaned_data[key] for key in ("name", "phone", "text"))
        if same in seen:
            problems.append(
                _("Row %(row)d, column “name”: the same as row %(other)d.") % {"row": number, "other": seen[same]}
            )
        seen.setdefault(same, number)
        rows.append(form.cleaned_data)
    return rows, problems


def already_there(membership: Membership, rows: list[dict[str, Any]]) -> list[str]:
    """Which rows are in the community's list already, in words. One query."""
    there = set(
        LocalService.objects.filter(community=membership.community_id, retired_at__isnull=True).values_list(
            "name", "phone", "text"
        )
    )
    return [
        _("Row %(row)d, column “name”: this is in the list already.") % {"row": number}
        for number, row in enumerate(rows, start=2)
        if (row["name"], row["phone"], row["text"]) in there
    ]


def as_lines(services: Iterable[LocalService]) -> list[Line]:
    """The entries as the help page shows lines, with the newest check since each was changed. One query."""
    services = list(services)
    since = clock.now() - CHECK_HOLDS_FOR
    newest: dict[str, LineCheck] = {}
    if services:
        checks = LineCheck.objects.filter(line__in=[one.key for one in services], at__gte=since)
        newest = {check.line: check for check in checks.order_by("at", "pk")}
    return [_line(one, newest.get(one.key)) for one in services]


def _line(one: LocalService, check: LineCheck | None) -> Line:
    if check is not None and check.at < one.changed_at:
        check = None
    return Line(
        key=one.key, country="", name=one.name, phone=one.phone, text=one.text, web=one.web, hours=one.hours,
        languages=[one.languages] if one.languages else [], note=one.note,
        sources=[Source(one.source, None, one.looked_up)],
        checked_at=check.at if check and check.right else None,
        doubted_at=check.at if check and not check.right else None,
    )  # fmt: skip


def services_for(person: Person) -> tuple[list[Line], set[str]]:
    """The lines and services of a person's communities, and the bundled lines these stand for. Two queries."""
    mine = LocalService.objects.filter(
        community__memberships__person=person, community__memberships__state=State.ACTIVE, retired_at__isnull=True
    )
    found = list(mine.order_by("-kind", "name", "pk")[:MOST_SHOWN])
    return as_lines(found), {one.replaces for one in found if one.replaces}


def without(help: Help, replaced: set[str]) -> Help:
    """The same help without the bundled lines that a community has corrected."""
    return replace(help, lines=[line for line in help.lines if line.key not in replaced]) if replaced else help
