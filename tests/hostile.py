"""Text as an attacker would write it, and readers that tell whether it got through.

Every renderer's test walks ``HOSTILE`` through each place that holds foreign text (manifests, the
platform's messages, file names, column names) and asks the reader of its format what became of it:

- ``unsafe_in_log`` for whatever is printed: text, JSON, annotations, DOT, Mermaid,
- ``unsafe_in_markdown`` for what GitHub shows as a comment or a summary,
- ``unsafe_in_html`` for a page or an image.

Each returns the ways in which the text would act; an empty list is what a test asserts.
Fault model 4.4; the places are walked in tests/report/test_hostile_text.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import cmarkgfm
from cmarkgfm.cmark import Options

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ESC, BELL, ST = "\x1b", "\x07", "\x1b\\"
HOSTILE: dict[str, str] = {
    # What moves the cursor, clears, colours, titles or answers in a terminal.
    "clear the screen": f"{ESC}[2J{ESC}[H",
    "red text": f"a{ESC}[31mb",
    "cursor up and erase": f"x{ESC}[1A{ESC}[2Kok",
    "window title": f"{ESC}]0;owned{BELL}",
    "terminal link": f"{ESC}]8;;https://evil.example{ST}Dataset/ok{ESC}]8;;{ST}",
    "clipboard": f"{ESC}]52;c;ZWNobw=={BELL}",
    "device control string": f"{ESC}P$q q{ST}",
    "one-byte controls of C1": "a\x9b2Jb\x9d0;x\x9c",
    "carriage return": "100 % done\rfailed",
    "backspaces": "delete\b\b\b\b\b\bcreate",
    "new lines": "a\nb\r\nc\vd\fe",
    "other line ends": "a\x85b\u2028c\u2029d",
    "bell and null": "a\x07b\x00c",
    # What reorders a line, hides in it or looks like something else.
    "bidirectional override": "user\u202etxt.exe",
    "bidirectional isolate": "a\u2066b\u2069c",
    "zero width": "ad\u200bmin\u200c\u200d\ufeff",
    "soft hyphen": "ad\u00admin",
    "format characters of scripts": "12\u0600\u06dd\U0001d173",
    "tag characters": "ok\U000e0041\U000e007f",
    "variation and combining marks": "Z\u0335\u0322a\u0337lgo\ufe0f",
    "a lone surrogate": "a\ud800b",
    "a byte that is no UTF-8": "a\udcffb",
    # Workflow commands of a log line (actions/runner ActionCommand.cs).
    "error command": "::error::injected",
    "command after blanks": " \t \u00a0::warning file=a::b",
    "command on a line of its own": "x\n::add-mask::reconciler\n",
    "mask behind a carriage return": "x\r::add-mask::y",
    "stop-commands": "::stop-commands::token",
    "old command at the start": "##[error]injected",
    "old command in the middle": "fine ##[set-output name=plan]injected",
    "old command that fails the step": "x ##[set-env name=A]b",
    "old command in capitals": "x ##[ADD-MASK]a",
    "half an old command": "a ##",
    "percent escapes": "%0A::error::x%0D%25",
    "annotation properties": "a,line=9,title=x::b",
    # Markdown.
    "mention": "@octocat please look",
    "team mention": "cc @octo-org/everyone",
    "reference": "fixes octocat/hello#4711 and #4712 and GH-4713",
    "code fence": "```\n</details><img src=x onerror=alert(1)>\n@octocat",
    "tilde fence": "~~~\n@octocat\n",
    "long fence": "`````````````\n@octocat\n`````````````",
    "backticks": "a ` b `` c ``` @octocat",
    "table cells": "a | b | @octocat |\n|---|---|",
    "escaped pipe": "a \\| b \\",
    "heading": "# Applied, nothing to review",
    "link": "[approve](https://evil.example)",
    "image": "![x](https://evil.example/pixel.png)",
    "reference link": "[a][b]\n\n[b]: https://evil.example",
    "bare address": "https://evil.example/login and www.evil.example and me@evil.example",
    "autolink": "<https://evil.example>",
    "task list": "- [x] reviewed",
    "footnote": "a[^1]\n\n[^1]: https://evil.example",
    "strike and emphasis": "~~delete~~ **create** _x_",
    "marker of another comment": "<!-- reconciler:v1 other -->",
    "comment that never ends": "<!-- x",
    "details closed": "</details></summary></table></pre></code>",
    "mermaid label": 'a"] --> evil["b',
    "mermaid click": 'x"]\nclick n0 "javascript:alert(1)"\nn9["y',
    "mermaid directive": "%%{init: {'securityLevel': 'loose'}}%%",
    "dot label": 'a"; evil -> b; c="\\',
    # HTML and SVG.
    "script": "<script>alert(1)</script>",
    "event handler": '<img src=x onerror="alert(1)">',
    "attribute": '" onmouseover="alert(1)" x="',
    "single quoted attribute": "' autofocus onfocus='alert(1)",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;&#x3c;b&#x3e;",
    "svg": "<svg onload=alert(1)><style>*{display:none}</style>",
    "end of a data block": "</script><script>alert(1)</script><!--<script>",
    "CDATA": "]]><script>alert(1)</script>",
    "javascript address": "javascript:alert(1)",
    "template": "{{7*7}} ${{ secrets.KEY }} <%= 1 %>",
    # Sheer size, and nothing at all.
    "very long": "x" * 10_000,
    "long without a place to break": "`" * 70_000,
    "deep": "[" * 5_000 + "]" * 5_000,
    "many lines": "@octocat\n" * 2_000,
    "empty": "",
    "blank": " \t ",
}

COMMANDS = frozenset(
    (
        "error",
        "warning",
        "notice",
        "debug",
        "add-mask",
        "add-path",
        "add-matcher",
        "remove-matcher",
        "set-env",
        "set-output",
        "save-state",
        "group",
        "endgroup",
        "echo",
        "stop-commands",
    )
)
"""What the runner has a handler for, and the one that it handles itself."""


def runner_commands(log: str) -> list[tuple[str, str]]:
    """``(name, data)`` of each line that GitHub's runner takes for a command.

    After actions/runner ``ActionCommand.TryParseV2``, then ``TryParse``: ``::name …::`` at the
    start of a line, blanks before it aside, else the first ``##[name …]`` anywhere in it.
    """
    return [found for line in re.split(r"\r\n|\r|\n", log) if (found := _command(line))]


def _command(line: str) -> tuple[str, str] | None:
    new = re.match(r"\s*::(.*?)::(.*)", line)
    old = re.search(r"##\[(.*?)\](.*)", line)
    for found in (new, old):
        name = found[1].split(" ", 1)[0].lower() if found else ""
        if found and name in COMMANDS:
            return name, found[2]
    return None


def unsafe_in_log(text: str, ours: Collection[str] = ()) -> list[str]:
    """Ways in which printed ``text`` would act; commands named in ``ours`` are meant to be there.

    Line ends are ours; a terminal's colours are not allowed: the text was rendered without.
    """
    found = [f"command {name}" for name, _ in runner_commands(text) if name not in ours]
    return found + sorted(f"U+{ord(one):04X}" for one in set(text) if _hidden(one))


def _hidden(character: str) -> bool:
    """Controls, formatting (bidirectional, zero width, tags), line separators, lone surrogates."""
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


MENTION = re.compile(r"@[A-Za-z0-9]")
REFERENCE = re.compile(r"(?:#|GH-)471[123]\b")
COMMENT_ELEMENTS = frozenset(
    (
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "code",
        "pre",
        "strong",
        "em",
        "ul",
        "ol",
        "li",
        "br",
        "hr",
        "sub",
        "sup",
        "blockquote",
    )
)
"""What a comment of ours is made of: no link, no image, nothing that loads or runs."""


def unsafe_in_markdown(
    markdown: str, elements: Collection[str] = COMMENT_ELEMENTS, comments: Collection[str] = ()
) -> list[str]:
    """Ways in which ``markdown`` would act once GitHub shows it.

    An element that is not one of ``elements`` or is closed where none is open, an attribute
    besides a code block's language and a cell's alignment, an HTML comment that is none of
    ``comments``, a mention or a reference outside of code.
    """
    options = Options.CMARK_OPT_UNSAFE  # raw HTML as it is: what gets through must be seen
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, options=options)
    reader = _Reader(frozenset(elements), frozenset(comments), _HARMLESS_IN_COMMENTS)
    found = reader.read(html)
    return found + [f"hidden {one}" for one in unsafe_in_log(markdown) if one.startswith("U+")]


def unsafe_in_html(html: str, elements: Collection[str], attributes: Collection[str]) -> list[str]:
    """Ways in which a page or an image would act: an element or an attribute besides those."""
    allowed = frozenset(("*", name) for name in attributes)
    found = _Reader(frozenset(elements), frozenset(), allowed).read(html)
    return [one for one in found if not one.startswith(("mention", "reference"))]


VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "col"))
_HARMLESS_IN_COMMENTS = frozenset(
    {("code", "class"), ("pre", "lang"), ("td", "align"), ("th", "align"), ("details", "open")}
)


class _Reader(HTMLParser):
    def __init__(
        self,
        elements: frozenset[str],
        comments: frozenset[str],
        attributes: frozenset[tuple[str, str]],
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._elements, self._comments, self._attributes = elements, comments, attributes
        self._open: Counter[str] = Counter()
        self._found: dict[str, None] = {}

    def read(self, html: str) -> list[str]:
        self.feed(html)
        self.close()
        left = [tag for tag, count in self._open.items() if count and tag not in VOID]
        return [*self._found, *(f"{tag} never closed" for tag in left)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[tag] += 1
        if tag not in self._elements:
            self._found[f"element {tag}"] = None
        for name, _ in attrs:
            if not {(tag, name), ("*", name)} & self._attributes:
                self._found[f"attribute {name} of {tag}"] = None

    def handle_endtag(self, tag: str) -> None:
        self._open[tag] -= 1
        if self._open[tag] < 0:
            self._found[f"end of {tag}"] = None

    def handle_comment(self, data: str) -> None:
        if data.strip() not in self._comments:
            self._found[f"comment {data.strip()[:40]}"] = None

    def handle_data(self, data: str) -> None:
        if not self._open["code"] and not self._open["pre"]:
            self._found.update(dict.fromkeys(_acting(data)))


def _acting(text: str) -> Iterator[str]:
    if MENTION.search(text):
        yield "mention"
    if REFERENCE.search(text):
        yield "reference"
