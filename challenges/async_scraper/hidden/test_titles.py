"""Titles: markup, entities, white space, charsets, media types, compressed bodies."""

import pytest
from answers import HTML, answer, chunked, html, packed
from scraping import scrape, values

from grader.examiner import expect

TITLES = {
    "plain": ("<title>Plain</title>", "Plain"),
    "attributes": ('<title lang="en" data-x=1>With attributes</title>', "With attributes"),
    "capitals": ("<TITLE>Capitals</TITLE>", "Capitals"),
    "mixed": ("<Title>Mixed</tItLe>", "Mixed"),
    "lines": ("<title>\n  Over\n\tthree   \r\n lines </title>", "Over three lines"),
    "broken_tag": ('<title\n  class="a"\n>Broken tag</title\n>', "Broken tag"),
    "space_in_end": ("<title>Space</title  >", "Space"),
    "entities": (
        "<title>Q&amp;A &lt;5&gt; &quot;x&quot; &#65;&#x42; &eacute; &mdash;</title>",
        'Q&A <5> "x" AB é —',
    ),
    "decoded_once": ("<title>&amp;lt;b&amp;gt; &amp;amp;</title>", "&lt;b&gt; &amp;"),
    "encoded_spaces": ("<title>&#32; one &#10;&#9; two &#32;</title>", "one two"),
    "two": ("<title>First</title></head><body><title>Second</title>", "First"),
    "in_body": ("</head><body><p>text</p><title>In the body</title>", "In the body"),
    "none": ("<h1>No title</h1>", None),
    "other_scripts": ("<title>Жюль, 世界 🙂</title>", "Жюль, 世界 🙂"),
    "long": (f"<title>{'long ' * 400}</title>", ("long " * 400).strip()),
}


@pytest.mark.check("titles")
def test_titles_are_found_in_odd_markup(candidate, site):
    page = "<!doctype html><html><head><meta name=x content=y>{}</head><body></body></html>"
    urls = [
        site.put(f"/{name}", answer(200, page.format(markup).encode()))
        for name, (markup, _) in TITLES.items()
    ]
    found = dict(zip(TITLES, values(scrape(candidate, urls), "title"), strict=True))
    for name, (markup, wanted) in TITLES.items():
        expect(found[name], wanted, f"the title of a page with {markup[:80]!r}")


@pytest.mark.check("titles")
def test_a_title_far_down_and_in_pieces_is_found(candidate, site):
    far = html("Far", "").replace("<head>", "<head>" + "<meta name=a content=b>" * 8000)
    urls = [
        site.put("/far", answer(200, far.encode())),
        site.put(
            "/pieces", chunked(b"<html><ti", b"tle>In pi", "eces ж".encode()[:6], "ж</title>".encode()[1:])
        ),
    ]
    expect(values(scrape(candidate, urls), "title"), ["Far", "In pieces ж"], "the titles")


@pytest.mark.check("titles")
def test_compressed_pages_are_read(candidate, site):
    url = site.put("/packed", packed(html("Packed", "x" * 5000).encode()))
    expect(
        values(scrape(candidate, [url]), "title"),
        ["Packed"],
        "the title of a page sent in gzip where accepted",
    )


CHARSETS = {
    "utf8_declared": (HTML, "Grüße, мир".encode(), "Grüße, мир"),
    "latin1": ("text/html; charset=iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
    "windows": ("text/html; charset=windows-1251", "Привет".encode("cp1251"), "Привет"),
    "japanese": ("text/html;charset=Shift_JIS", "日本語".encode("shift_jis"), "日本語"),
    "quoted": ('text/html; charset="windows-1251"', "Привет".encode("cp1251"), "Привет"),
    "capitals": ("Text/HTML; Charset=KOI8-R", "Привет".encode("koi8-r"), "Привет"),
    "second_parameter": ("text/html; level=1; charset=koi8-r", "Привет".encode("koi8-r"), "Привет"),
    "absent": ("text/html", "Grüße, мир".encode(), "Grüße, мир"),
    "unknown": ("text/html; charset=no-such-charset", "Grüße".encode(), "Grüße"),
    "undecodable": (HTML, b"a\xffb \xe9", "a\ufffdb \ufffd"),
    "wrongly_declared": ("text/html; charset=ascii", "Aé".encode("latin-1"), "A\ufffd"),
    "undecodable_and_absent": ("text/html", b"caf\xe9", "caf\ufffd"),
}


@pytest.mark.check("charsets")
def test_a_page_is_decoded_as_its_content_type_says(candidate, site):
    urls = [
        site.put(
            f"/{name}", answer(200, b"<html><head><title>" + title + b"</title></head></html>", content_type)
        )
        for name, (content_type, title, _) in CHARSETS.items()
    ]
    found = dict(zip(CHARSETS, values(scrape(candidate, urls), "title"), strict=True))
    for name, (content_type, title, wanted) in CHARSETS.items():
        expect(found[name], wanted, f"the title of {title!r} as {content_type}")


MEDIA_TYPES = {
    "text/html": True,
    "TEXT/HTML": True,
    "text/html ; charset=utf-8": True,
    "application/xhtml+xml": True,
    "application/xhtml+xml; charset=utf-8": True,
    "text/plain": False,
    "text/xml": False,
    "application/json": False,
    "image/svg+xml": False,
    "application/octet-stream": False,
    "text/htmlx": False,
}


@pytest.mark.check("media_types")
def test_titles_are_looked_for_in_html_alone(candidate, site):
    urls = [
        site.put(f"/{number}", answer(200, html("A title").encode(), content_type))
        for number, content_type in enumerate(MEDIA_TYPES)
    ]
    results = scrape(candidate, urls)
    found = dict(zip(MEDIA_TYPES, values(results, "title"), strict=True))
    expect(
        found,
        {name: "A title" if is_html else None for name, is_html in MEDIA_TYPES.items()},
        "the titles by type",
    )
    expect(values(results, "error"), [None] * len(urls), "the errors: any media type may be fetched")
    expect(values(results, "status"), [200] * len(urls), "the statuses")
