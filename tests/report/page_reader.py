"""Reads a page as strictly as its writer should be: every tag known and closed, every link to a place in it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "rect", "circle"}
TAGS = VOID | {
    "html", "head", "title", "style", "body", "header", "main", "footer", "section", "article", "nav",
    "h1", "h2", "h3", "h4", "p", "a", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd",
    "div", "span", "small", "strong", "details", "summary", "pre", "code", "svg",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "id", "aria-label", "aria-labelledby",
    "aria-hidden", "focusable", "role", "tabindex", "scope", "colspan", "hidden", "open", "width", "height", "x", "y",
    "rx", "cx", "cy", "r",
}  # fmt: skip


@dataclass(slots=True)
class Page:
    """What was read: problems, texts by tag, attributes of each element in order."""

    problems: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    style: str = ""

    def attributes(self, name: str) -> list[str]:
        """Return the values of an attribute wherever it stands."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.page.problems.append(f"tag {tag}")
        for name, _ in attrs:
            if name not in ATTRIBUTES:
                self.page.problems.append(f"attribute {name} of {tag}")
        self.page.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.page.problems.append(f"end of {tag} out of order")

    def handle_comment(self, data: str) -> None:
        self.page.problems.append("a comment")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.page.style += data
        else:
            self._texts.append(data)

    def close(self) -> None:
        super().close()
        self.page.text = "".join(self._texts)
        if self._open:
            self.page.problems.append(f"not closed: {self._open}")


def read_page(html: str) -> Page:
    """Read a page; what is wrong with it is in `problems`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.page
    ids = Counter(page.attributes("id"))
    page.problems += [f"id {name} twice" for name, times in ids.items() if times > 1]
    for href in page.attributes("href"):
        if href != "data:," and (not href.startswith("#") or href[1:] not in ids):
            page.problems.append(f"link to {href}")
    page.problems += [
        f"label {name} missing" for name in page.attributes("aria-labelledby") if name not in ids
    ]
    return page


def hidden_characters(text: str) -> set[str]:
    """Return the characters that a reader would not see or that move things around, line feeds and tabs excepted."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return {character for character in set(text) - {"\n", "\t"} if unicodedata.category(character) in hidden}
