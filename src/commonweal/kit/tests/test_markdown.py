"""Whatever people paste, what comes out is safe, and the plain things people write come out as they meant."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from commonweal.kit.markdown import links_in, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror="alert(1)"/>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>go</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<body onload=alert(1)>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<div onclick=alert(1)>x</div>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;&#97;&#118;&#97;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java\u0000script:alert(1))",
    "[x](\u0001javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/1)",
    "[x](about:blank)",
    "[x](<javascript:alert(1)>)",
    "[x](javascript:alert(1) 'title')",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: data:text/html,<script>alert(1)</script>",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    '![x" onerror="alert(1)](x)',
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
    '[x](https://a.example/" onmouseover="alert(1))',
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'><script>alert(1)</script>",
    "https://a.example/`onclick=alert(1)`",
    "javascript:alert(1)",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "    <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "# <script>alert(1)</script>",
    "> <img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "\u202ehttps://evil.example/gpj.exe",
    "[https://bank.example](https://evil.example)",
    "@[<img src=x onerror=alert(1)>]",
    "<span class=mention onclick=alert(1)>x</span>",
    "**<script>**alert(1)**</script>**",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "\ufeff<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
]
#: Shapes that make careless parsers run for minutes. A parser that does would hang this suite.
HUGE = [
    ">" * 10_000,
    "[" * 10_000,
    "![" * 5_000,
    "*a_" * 6_000,
    "- " * 8_000,
    "(" * 10_000 + "https://a.example" + ")" * 9_000,
    "`" * 9_999 + " ",
    "<a " * 6_000,
    "[a](" * 4_000,
    "https://" * 2_500,
    "|" * 10_000 + "\n" + "|-" * 5_000,
    "@[" * 9_000,
    "&" * 20_000,
    "\n".join(" " * (2 * n) + "- x" for n in range(100)),
]
ALLOWED = {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "span"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td"}
SCHEMES = ("http://", "https://", "mailto:", "tel:")


class Judge(HTMLParser):
    """Collects whatever a browser could act on and we do not allow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            if name == "href":
                address = (value or "").strip().lower()
                if ":" in address.split("/")[0] and not address.startswith(SCHEMES):
                    self.wrong.append(address)
            elif (name, value) == ("class", "mention") or name in ("title", "rel", "start"):
                continue
            else:
                self.wrong.append(f"{tag} {name}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")


def judged(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.wrong


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_survives(text: str) -> None:
    assert judged(render(text, named={"<img src=x onerror=alert(1)>"})) == []


@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
def test_huge_shapes_neither_hang_nor_break(text: str) -> None:
    assert judged(render(text[:20_000], named={"a"})) == []


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 60


def test_a_bare_address_becomes_a_link_without_the_full_stop() -> None:
    html = render("See https://river.example/map_(old). Thanks!")
    assert 'href="https://river.example/map_(old)"' in html
    assert html.rstrip().endswith("Thanks!</p>")
    assert 'rel="nofollow noopener noreferrer ugc"' in html


def test_an_address_in_code_or_in_a_link_stays_as_it_is() -> None:
    assert "<a" not in render("`https://river.example`")
    assert render("[the map](https://river.example/https://x.example)").count("<a ") == 1


def test_only_members_who_were_found_are_marked() -> None:
    html = render("@Bo and @Nobody and me@Bo and @[Marta Ruiz]", named={"Bo", "Marta Ruiz"})
    assert re.findall(r'<span class="mention">(.*?)</span>', html) == ["@Bo", "@Marta Ruiz"]


def test_a_name_cannot_bring_markup_along() -> None:
    assert "<b>" not in render("@[<b>x</b>]", named={"<b>x</b>"})


def test_headings_start_below_the_pages_own() -> None:
    assert render("# One\n\n###### Six") == "<h3>One</h3>\n<h4>Six</h4>\n"


def test_links_are_counted_however_they_are_written() -> None:
    assert links_in("https://a.example [b](https://b.example) <https://c.example>") == 3
