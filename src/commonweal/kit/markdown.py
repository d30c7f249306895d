"""Markdown to safe HTML: rendered once, when a text is written, and sanitised whatever the renderer let through."""

from __future__ import annotations

import functools

import nh3
from markdown_it import MarkdownIt

#: Raise it when the output changes; stored HTML of an older version is rendered anew when its text is next written.
VERSION = 1

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    return parser.enable(["table", "strikethrough"])


def render(text: str) -> str:
    """The safe HTML of a Markdown text: links open with no referrer, headings start at h3, no images, no raw HTML."""
    html = _parser().render(text)
    for level in "12":
        html = html.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    for level in "56":
        html = html.replace(f"<h{level}>", "<h4>").replace(f"</h{level}>", "</h4>")
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener noreferrer ugc",
    )
