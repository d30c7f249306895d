"""The icon set: our own line drawings on a 24 by 24 grid, and the mark.

One dictionary, so that adding an icon is adding a line, and every page draws the same heart. Strokes come from the
style sheet (`.icon`); shapes that point along the reading direction are listed in `TURNS` and mirrored for
right-to-left scripts.
"""

from functools import cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_CIRCLE = '<circle cx="12" cy="12" r="9"/>'

ICONS: dict[str, str] = {
    # The doors
    "today": '<path d="M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z"/>',
    "talk": '<path d="M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z"/>',
    "support": '<path d="M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20z"/>',
    "meet": '<circle cx="8" cy="8" r="3"/><circle cx="16.5" cy="9" r="2.5"/>'
    '<path d="M2.5 19a5.5 5.5 0 0 1 11 0M14 15.2a4.6 4.6 0 0 1 7.5 3.8"/>',
    "exchange": '<path d="M4 9h13l-3.5-3.5M20 15H7l3.5 3.5"/>',
    "act": '<path d="M5 21V4l13 4-13 5"/>',
    "library": '<path d="M12 6c-2-1.6-5-2-8-2v14c3 0 6 .4 8 2 2-1.6 5-2 8-2V4c-3 0-6 .4-8 2zM12 6v14"/>',
    "pulse": '<path d="M3 12h4l2.5-6 4 12 2.5-6h5"/>',
    "desk": '<path d="M12 3 4 6v6c0 5 3.4 8 8 9 4.6-1 8-4 8-9V6z"/>',
    "seat": '<path d="M7 4v9h10V4M5 13h14v3H5zM7 16v4M17 16v4"/>',
    "more": '<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/>',
    # People and places
    "person": '<circle cx="12" cy="8" r="3.6"/><path d="M4.8 20a7.2 7.2 0 0 1 14.4 0"/>',
    "people": '<circle cx="8" cy="8" r="3"/><circle cx="16.5" cy="9" r="2.5"/>'
    '<path d="M2.5 19a5.5 5.5 0 0 1 11 0M14 15.2a4.6 4.6 0 0 1 7.5 3.8"/>',
    "circle-people": '<circle cx="12" cy="12" r="5.4"/><circle cx="12" cy="4.4" r="1.7"/>'
    '<circle cx="18.6" cy="15.8" r="1.7"/><circle cx="5.4" cy="15.8" r="1.7"/>',
    "introduction": '<circle cx="5.5" cy="12" r="2.7"/><circle cx="18.5" cy="12" r="2.7"/>'
    '<path d="M10.5 12h3M12 5v2M8 6l1 1.6M16 6l-1 1.6"/>',
    "home": '<path d="M4 11 12 4l8 7v8a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM9.5 20v-5.5h5V20"/>',
    "pin": '<path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.3"/>',
    "map": '<path d="m9 5-5 2v12l5-2 6 2 5-2V5l-5 2zM9 5v12M15 7v12"/>',
    "globe": _CIRCLE + '<path d="M3 12h18M12 3c3 2.6 3.6 6 3.6 9s-.6 6.4-3.6 9c-3-2.6-3.6-6-3.6-9S9 5.6 12 3z"/>',
    "community": '<path d="M4 20v-8l4.5-3.5L13 12v8M13 20V8l3.5-3L20 8v12M2.5 20h19M7 20v-4h3v4"/>',
    # Time
    "calendar": '<rect x="4" y="5.5" width="16" height="14.5" rx="1.5"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>',
    "clock": _CIRCLE + '<path d="M12 7v5.4l3.4 2"/>',
    "repeat": '<path d="M5 11a7 7 0 0 1 12.3-3.6L20 10M19 13a7 7 0 0 1-12.3 3.6L4 14M20 5v5h-5M4 19v-5h5"/>',
    # Doing
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0"/>',
    "inbox": '<path d="M4 14 6.5 5h11L20 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 14h5a3 3 0 0 0 6 0h5"/>',
    "search": '<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 5 5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "arrow-right": '<path d="M5 12h14M13.5 6.5 19 12l-5.5 5.5"/>',
    "arrow-left": '<path d="M19 12H5M10.5 6.5 5 12l5.5 5.5"/>',
    "heart": '<path d="M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20z"/>',
    "hand": '<path d="M8 13V6.2a1.5 1.5 0 0 1 3 0V11M11 10.5V4.7a1.5 1.5 0 0 1 3 0v6M14 11V6.2a1.5 1.5 0 0 1 3 0V14'
    'a6.5 6.5 0 0 1-6.5 6.5c-2.6 0-4-1.2-5.3-3.4L3.4 14a1.5 1.5 0 0 1 2.5-1.6L8 15"/>',
    "gift": '<path d="M4.5 12v8h15v-8M3.5 8h17v4h-17zM12 8v12M12 8S10.5 3.5 8 4.2 7 8 12 8z'
    'M12 8s1.5-4.5 4-3.8S17 8 12 8z"/>',
    "tool": '<path d="'
    "M14.5 6.5a4 4 0 0 1 5-2.3L17 6.8l.3 2 2 .3 2.4-2.4a4 4 0 0 1-5.3 5L9.2 19a2.3 2.3 0 0 1-3.2-3.2l7.2-7"
    'a4 4 0 0 1 1.3-2.3z"/>',
    "car": '<path d="M4 17v-4.5L6 7h12l2 5.5V17zM4 12.5h16M6 17v2.5M18 17v2.5M7.5 14.8h.1M16.4 14.8h.1"/>',
    "food": '<path d="M7 3v18M4.5 3v5a2.5 2.5 0 0 0 5 0V3M17 21v-7h-2.5V7.5C14.5 5 15.5 3 17 3z"/>',
    "listen": '<path d="M7 10a5 5 0 0 1 10 0c0 3.5-3.5 4-3.5 7a3 3 0 0 1-5.5 1.6M9.8 10.2a2.3 2.3 0 0 1 4.4 0"/>',
    "spark": '<path d="M12 3.5 13.8 10l6.7 2-6.7 2L12 20.5 10.2 14l-6.7-2 6.7-2z"/>',
    "door": '<path d="M6 21V4h12v17M3.5 21h17M14.5 12.5v.1"/>',
    "ladder": '<path d="M8 3v18M16 3v18M8 7h8M8 12h8M8 17h8"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8.5-8.5M16 7l3 3M14 9l2 2"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="1.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"/>',
    "unlock": '<rect x="5" y="10.5" width="14" height="9.5" rx="1.5"/><path d="M8 10.5V8a4 4 0 0 1 7.6-1.7'
    'M12 14.5v2"/>',
    "shield": '<path d="M12 3 4 6v6c0 5 3.4 8 8 9 4.6-1 8-4 8-9V6zM8.5 12l2.5 2.5 4.5-5"/>',
    "flag": '<path d="M5.5 21V4c4-2 8 2 13 0v9c-5 2-9-2-13 0"/>',
    "edit": '<path d="m4.5 19.5.8-4L16 4.8a1.6 1.6 0 0 1 2.3 0l.9.9a1.6 1.6 0 0 1 0 2.3L8.5 18.7zM14 7l3 3"/>',
    "trash": '<path d="M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7M10.3 11v5.5M13.7 11v5.5"/>',
    "reply": '<path d="M9.5 6 4.5 11l5 5M4.5 11H14a6 6 0 0 1 6 6v1.5"/>',
    "quote": '<path d="M4.5 17v-5A5.5 5.5 0 0 1 10 6.5M4.5 12H10v5H4.5zM14 17v-5a5.5 5.5 0 0 1 5.5-5.5'
    'M14 12h5.5v5H14z"/>',
    "image": '<rect x="4" y="5" width="16" height="14" rx="1.5"/><circle cx="9" cy="10" r="1.6"/>'
    '<path d="m4.5 17.5 5-4 3.5 2.5 3-2.5 4 3.5"/>',
    "eye": '<path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12z"/>'
    '<circle cx="12" cy="12" r="2.8"/>',
    "eye-off": '<path d="M4 4l16 16M9.5 6c.8-.3 1.6-.5 2.5-.5 3.7 0 7 2 9.5 6.5-.8 1.5-1.7 2.7-2.7 3.6M6.2 7.8'
    'C4.8 8.8 3.6 10.2 2.5 12 5 16.5 8.3 18.5 12 18.5c1.4 0 2.7-.3 3.9-.8M10 10.2a2.8 2.8 0 0 0 3.8 3.9"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L11.6 6.7M14 10a4 4 0 0 0-5.7 0l-3.1 3.1'
    'a4 4 0 0 0 5.7 5.7l1.5-1.5"/>',
    "mail": '<rect x="3.5" y="5.5" width="17" height="13" rx="1.5"/><path d="m4 7 8 6 8-6"/>',
    "send": '<path d="M4 11.5 20 4l-4.5 16-4-6.5zM11.5 13.5 20 4"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "language": '<path d="M3.5 6h9M8 4v2M5 6c.5 3.5 3 6 6 7M11.5 6c-.7 3.5-3.5 6.5-7 8M12 20l4-10 4 10M13.5 16.5h5"/>',
    "login": '<path d="M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5M3.5 12H15M11 8l4 4-4 4"/>',
    "logout": '<path d="M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5M9 12h11.5M16.5 8l4 4-4 4"/>',
    "download": '<path d="M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 19.5h15"/>',
    "upload": '<path d="M12 15.5V4.5M7.5 9 12 4.5 16.5 9M4.5 19.5h15"/>',
    "copy": '<rect x="8" y="8" width="12" height="12" rx="1.5"/><path d="'
    'M16 8V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3"/>',
    "info": _CIRCLE + '<path d="M12 11v5.5M12 7.6v.1"/>',
    "warning": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1"/>',
    "question": _CIRCLE + '<path d="M9.5 9.7a2.6 2.6 0 1 1 3.7 2.3c-.8.4-1.2 1-1.2 1.9M12 16.7v.1"/>',
    "offline": '<path d="M4 4l16 16M2.5 9.5C5 7.2 7.2 6 9.5 5.5M13.5 5.2c3 .3 5.6 1.8 8 4.3'
    "M6 13.5c1.3-1.2 2.7-2 4.2-2.3"
    'M15 11.9c1 .4 2 1 3 1.8M9.7 17a3.4 3.4 0 0 1 4.6 0"/>',
    # Change
    "vote": '<path d="M4 13h16v7H4zM8 13l1.5-9H17l-1.5 9M11 16.5h2M11.8 8.5l1.2 1.2 2-2.2"/>',
    "statement": '<path d="M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z'
    'M8 9h8M8 12.2h5"/>',
    "pledge": '<path d="m3 9.5 4-3.5 5 2 5-2 4 3.5-2.5 6.5-4 3a2 2 0 0 1-2.5 0L5.5 15z'
    'M12 8l-3 3.5a1.8 1.8 0 0 0 2.6 2.3L14 12l4 4"/>',
    "outcome": '<path d="M12 3v2M5.6 5.6 7 7M18.4 5.6 17 7M3 13h2M19 13h2M4 19h16M7 19a5 5 0 0 1 10 0"/>',
    "trophy": '<path d="M7 4h10v5a5 5 0 0 1-10 0zM7 5.5H4c0 3 1 4.5 3.4 5M17 5.5h3c0 3-1 4.5-3.4 5M12 14v3.5'
    'M8 20.5h8M9.5 17.5h5"/>',
    "scale": '<path d="M12 4v16M7 20h10M4.5 7h15M6.5 7l-3 7a3.2 3.2 0 0 0 6 0zM17.5 7l-3 7a3.2 3.2 0 0 0 6 0z"/>',
    # Saying
    "thanks": '<path d="M12 20c-4-1.5-6.5-4.5-6.5-8.5V6M12 20c4-1.5 6.5-4.5 6.5-8.5V6M12 20v-7M5.5 6C8 6.5 11 9 12 13'
    'c1-4 4-6.5 6.5-7M12 9.5V4"/>',
    "meToo": '<circle cx="9" cy="12" r="5.5"/><circle cx="15" cy="12" r="5.5"/>',
    "helpful": '<path d="M9 17.5h6M10 20.5h4'
    'M8.5 15c-2-1.4-3-3.2-3-5.3a6.5 6.5 0 0 1 13 0c0 2.1-1 3.9-3 5.3l-.5 2.5H9z"/>',
    # Safety
    "crisis": _CIRCLE + '<circle cx="12" cy="12" r="3.6"/><path d="m5.6 5.6 3.9 3.9M14.5 14.5l3.9 3.9'
    "M18.4 5.6l-3.9 3.9"
    'M9.5 14.5l-3.9 3.9"/>',
    "phone": '<path d="'
    'M6 4h3.5l1.5 4.5-2 1.5a11 11 0 0 0 5 5l1.5-2 4.5 1.5V18a2 2 0 0 1-2.2 2A15.5 15.5 0 0 1 4 6.2 2 2 0 0 1 6 4z"/>',
    "chat": '<path d="M4 5h11v8H9l-3 2.5V13H4zM18 9h2v8h-2v2.5L15 17h-4"/>',
    "block": _CIRCLE + '<path d="m5.8 5.8 12.4 12.4"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "sort": '<path d="M8 5v14M4.5 15.5 8 19l3.5-3.5M16 19V5M12.5 8.5 16 5l3.5 3.5"/>',
    "moon": '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>',
    "device": '<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>',
    "access": '<circle cx="12" cy="4.5" r="1.7"/><path d="M5 9c4.5 1.3 9.5 1.3 14 0M12 10v4.5M12 14.5 8.5 21'
    'M12 14.5l3.5 6.5"/>',
}

ALIASES = {"me-too": "meToo", "dialog": "talk", "pulse-line": "pulse", "sign-in": "login", "sign-out": "logout"}

# Shapes that point along the line of text and so turn round in right-to-left scripts.
TURNS = frozenset({"arrow-right", "arrow-left", "reply", "login", "logout", "send", "act"})

_MARK = (
    '<svg class="logo" viewBox="0 0 32 24" width="34" height="25" aria-hidden="true" focusable="false">'
    '<path d="M2 21C5 8 27 8 30 21"/><path d="M9 21v-6.6M16 21V11.4M23 21v-6.6"/>'
    '<circle cx="2.6" cy="4" r="1.6"/><circle cx="29.4" cy="4" r="1.6"/></svg>'
)


_HIDDEN = mark_safe('aria-hidden="true" focusable="false"')


@cache
def icon_svg(name: str, label: str = "", extra: str = "") -> SafeString:
    """The named icon as inline SVG.

    Without a label it is decoration, hidden from screen readers; with one it is an image of that name. Raises
    `KeyError` for a name that is not in the set, so that a misspelling is found when the page is written.
    """
    name = ALIASES.get(name, name)
    classes = " ".join(part for part in ("icon", "turns" if name in TURNS else "", extra) if part)
    shape = mark_safe(ICONS[name])
    named = format_html('role="img" aria-label="{}"', label) if label else _HIDDEN
    return format_html('<svg class="{}" viewBox="0 0 24 24" width="24" height="24" {}>{}</svg>', classes, named, shape)


@cache
def icon_reference(name: str) -> SafeString:
    """An icon as decoration, drawn by a `sprite` on the same page: a tenth of its size where it stands many times."""
    name = ALIASES.get(name, name)
    classes = "icon turns" if name in TURNS else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', classes, name)


@cache
def sprite(names: str) -> SafeString:
    """The drawings that `icon_reference` refers to, once per page; `names` are separated by spaces."""
    known = [ALIASES.get(name, name) for name in names.split()]
    drawn = format_html_join(
        "", '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>', ((name, mark_safe(ICONS[name])) for name in known)
    )
    return format_html('<svg class="visually-hidden" width="0" height="0" aria-hidden="true">{}</svg>', drawn)


def mark_svg() -> SafeString:
    """The mark of Commonweal: a bridge between two people."""
    return mark_safe(_MARK)
