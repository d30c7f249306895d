"""Markdown to safe HTML: rendered once, when a text is written, and sanitised whatever the renderer let through."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Raise it when the output changes; stored HTML of an older version is rendered anew when its text is next written.
VERSION = 2

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "span"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
#: Where a link may lead: elsewhere by a known scheme, or to a page of this site. No scheme-less guessing by browsers.
_LEADS = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\])|#|\?)", re.IGNORECASE)
_BARE_LINK = re.compile(r"https?://[^\s<>\"'`\u200b-\u200f\u202a-\u202e\u2066-\u2069]{3,2000}", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@])@(?:\[([^\]\n]{1,60})\]|([\w.-]{1,60}))")


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    parser.disable("image")
    parser.core.ruler.push("bare_links_and_mentions", _enrich)
    return parser


def render(text: str, *, named: Collection[str] = ()) -> str:
    """The safe HTML of a Markdown text: links open with no referrer, headings start at h3, no images, no raw HTML.

    Bare http and https addresses become links. `named` are the names of members whose @mention is marked.
    """
    html = _parser().render(text, {"named": set(named)})
    for level in "12":
        html = html.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    for level in "56":
        html = html.replace(f"<h{level}>", "<h4>").replace(f"</h{level}>", "</h4>")
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes={"span": {"mention"}},
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=_only_known_places,
        link_rel="nofollow noopener noreferrer ugc",
    )


def _only_known_places(tag: str, attribute: str, value: str) -> str | None:
    return None if attribute == "href" and not _LEADS.match(value) else value


def links_in(text: str) -> int:
    """How many links a text makes."""
    return render(text).count("<a ")


def _enrich(state: Any) -> None:
    """Core rule: in the plain text of each paragraph, outside links, mark bare addresses and the members named."""
    named = state.env.get("named", set())
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        if "://" not in block.content and not (named and "@" in block.content):
            continue
        depth = 0
        enriched: list[Token] = []
        for token in block.children:
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            enriched += _split(token, named) if token.type == "text" and depth == 0 else [token]
        block.children = enriched


def _split(token: Token, named: Collection[str]) -> list[Token]:
    found: list[tuple[int, int, list[Token]]] = []
    for match in _BARE_LINK.finditer(token.content):
        address = _trimmed(match.group())
        if len(address) > len("https://"):
            found.append((match.start(), match.start() + len(address), _link(address)))
    for match in _MENTION.finditer(token.content) if named else ():
        name = (match.group(1) or match.group(2)).rstrip(".-")
        if name in named and not any(start <= match.start() < end for start, end, _made in found):
            length = match.end() - match.start() if match.group(1) else len(name) + 1
            found.append((match.start(), match.start() + length, _mention(name)))
    pieces, position = [], 0
    for start, end, made in sorted(found, key=lambda one: one[0]):
        pieces += [_text(token.content[position:start]), *made]
        position = end
    return [*pieces, _text(token.content[position:])] if found else [token]


def _trimmed(address: str) -> str:
    """Without the punctuation that ends the sentence, and without a closing bracket that was opened before it."""
    while address and (address[-1] in ".,;:!?*_~" or (address[-1] == ")" and address.count(")") > address.count("("))):
        address = address[:-1]
    return address


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(address: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(address), Token("link_close", "a", -1)]


def _mention(name: str) -> list[Token]:
    return [
        Token("mention_open", "span", 1, attrs={"class": "mention"}),
        _text(f"@{name}"),
        Token("mention_close", "span", -1),
    ]
