"""Pages of both forms say the same, and nothing on them can be more than a wheel of their project."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.dependencies.simple_page import JSON_TYPE, NotAPage, Wheel, parse_page, write_page

_BASE = "https://index.example.org/simple/small/"
_HASH, _OTHER = "ab" * 32, "cd" * 32


def json_page(*files: dict[str, object], version: object = "1.1") -> bytes:
    return json.dumps({"meta": {"api-version": version}, "name": "small", "files": files}).encode()


def wheels_of(*files: dict[str, object]) -> tuple[Wheel, ...]:
    return parse_page("small", JSON_TYPE, json_page(*files), _BASE).wheels


def test_both_forms_say_the_same() -> None:
    name = "small-1.0-py3-none-any.whl"
    html = (
        f"<html><body><a href='../../files/{name}#sha256={_HASH}' data-requires-python='&gt;=3.8' "
        f"data-core-metadata='sha256={_OTHER}' data-yanked=''>{name}</a>"
        "<a href='/files/small-1.0.tar.gz'>small-1.0.tar.gz</a></body></html>"
    )
    document = json_page(
        {
            "filename": name,
            "url": f"../../files/{name}",
            "hashes": {"sha256": _HASH.upper()},
            "requires-python": ">=3.8",
            "core-metadata": {"sha256": _OTHER},
            "yanked": True,
        },
        {"filename": "small-1.0.tar.gz", "url": "/files/small-1.0.tar.gz"},
    )
    one = parse_page("small", "text/html; charset=UTF-8", html.encode(), _BASE)
    other = parse_page("small", f"{JSON_TYPE}", document, _BASE)
    assert one == other
    assert one.sources == 1
    address = f"https://index.example.org/files/{name}"
    assert one.wheels == (Wheel(name, address, "1.0", _HASH, ">=3.8", yanked=True, metadata_sha256=_OTHER),)


def test_a_base_element_moves_links() -> None:
    html = b"<base href='https://files.example.org/x/'><a href='small-1-py3-none-any.whl'>any text</a>"
    page = parse_page("small", "text/html", html, _BASE)
    assert [wheel.url for wheel in page.wheels] == ["https://files.example.org/x/small-1-py3-none-any.whl"]


_LEFT_OUT = {
    "another project": ("other-1.0-py3-none-any.whl", "/x.whl"),
    "no wheel": ("small-1.0.exe", "/x.exe"),
    "no version": ("small-none-any.whl", "/x.whl"),
    "odd version": ("small-one-py3-none-any.whl", "/x.whl"),
    "a path": ("../small-1.0-py3-none-any.whl", "/x.whl"),
    "a hidden file": (".small-1.0-py3-none-any.whl", "/x.whl"),
    "a line": ("small-1.0-py3-none-any.whl\n", "/x.whl"),
    "a folder's address": ("small-1.0-py3-none-any.whl", "file:///etc/passwd"),
    "no host": ("small-1.0-py3-none-any.whl", "http:///x.whl"),
    "another scheme": ("small-1.0-py3-none-any.whl", "ftp://example.org/x.whl"),
    "no address": ("small-1.0-py3-none-any.whl", "https://[::1/x.whl"),
}


@pytest.mark.parametrize(("filename", "url"), _LEFT_OUT.values(), ids=_LEFT_OUT)
def test_what_is_no_wheel_of_the_project_is_left_out(filename: str, url: str) -> None:
    assert wheels_of({"filename": filename, "url": url}) == ()


def test_metadata_without_a_hash_are_not_asked_for() -> None:
    file = {"filename": "small-1.0-py3-none-any.whl", "url": "/x.whl", "core-metadata": True}
    assert wheels_of(file)[0].metadata_sha256 is None


_NO_PAGES = {
    "type": ("image/png", b"<a href='x'>x</a>"),
    "no type": ("", b""),
    "no json": (JSON_TYPE, b"{"),
    "not utf-8": ("text/html", b"\xff"),
    "version": (JSON_TYPE, json_page(version="2.0")),
    "version's type": (JSON_TYPE, json_page(version=1)),
    "list": (JSON_TYPE, b"[]"),
    "no files": (JSON_TYPE, b'{"meta": {"api-version": "1.0"}}'),
    "file": (JSON_TYPE, b'{"meta": {"api-version": "1.0"}, "files": ["a"]}'),
    "deep": (JSON_TYPE, b"[" * 100_000),
    "python": (
        JSON_TYPE,
        json_page({"filename": "small-1-py3-none-any.whl", "url": "/x", "requires-python": {"a": 1}}),
    ),
    "hash": (
        JSON_TYPE,
        json_page({"filename": "small-1-py3-none-any.whl", "url": "/x", "hashes": {"sha256": "../../x"}}),
    ),
}


@pytest.mark.parametrize(("kind", "body"), _NO_PAGES.values(), ids=_NO_PAGES)
def test_what_is_no_page_is_said_to_be_none(kind: str, body: bytes) -> None:
    with pytest.raises(NotAPage):
        parse_page("small", kind, body, _BASE)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    ["filename", "url", "hashes", "requires-python", "yanked", "core-metadata", "dist-info-metadata"]
)
_FILES = st.dictionaries(_KEYS, _VALUES, max_size=7).map(
    lambda file: {"filename": "small-1-py3-none-any.whl", "url": "/x", **file}
)


@given(st.lists(_FILES, max_size=3))
def test_any_json_is_read_or_refused_and_what_is_read_can_be_written(files: list[dict[str, object]]) -> None:
    try:
        page = parse_page("small", JSON_TYPE, json_page(*files), _BASE)
    except NotAPage:
        return
    written = write_page(page, {wheel.filename: f"/files/{wheel.filename}" for wheel in page.wheels})
    again = parse_page("small", JSON_TYPE, written, _BASE)
    assert [wheel.sha256 for wheel in again.wheels] == [wheel.sha256 for wheel in page.wheels]


@given(st.binary(max_size=200) | st.text(alphabet="<>a href='#=/.whl\"!-[]x1", max_size=200).map(str.encode))
def test_any_html_is_read_or_refused(body: bytes) -> None:
    try:
        parse_page("small", "text/html", body, _BASE)
    except NotAPage:
        return
