"""URLs as Hypothesis draws them: absolute, within ASCII, and each of them one that a link may lead to."""

from __future__ import annotations

import string

from hypothesis import strategies as st

UNRESERVED = string.ascii_letters + string.digits + "-._~"
DELIMITERS = "!$&'()*+,;="
ESCAPED = ("%20", "%2F", "%2f", "%3F", "%25", "%e2%82%ac", "%E2%82%AC", "%7e", "%41")
LONGEST = 2048


def _text(alphabet: str, most: int) -> st.SearchStrategy[str]:
    """Return letters of an alphabet, with escaped ones between."""
    piece = st.one_of(st.sampled_from(alphabet), st.sampled_from(alphabet), st.sampled_from(ESCAPED))
    return st.lists(piece, max_size=most).map("".join)


LABEL = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,12}(-[a-z0-9]{1,5})?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
HOST = st.one_of(
    NAME.filter(lambda name: not name.lower().startswith("xn--") and ".xn--" not in name.lower()),
    st.sampled_from(["example.com", "EXAMPLE.com", "localhost", "a.b.c.d.example", "example.museum"]),
    st.sampled_from(["xn--e1afmkfd.xn--p1ai", "xn--bcher-kva.example", "www.xn--fiqs8s"]),
    st.sampled_from(["192.0.2.1", "127.0.0.1", "255.255.255.255"]),
    st.sampled_from(["[::1]", "[2001:db8::7]", "[2001:DB8:0:0:0:0:0:7]", "[::ffff:192.0.2.1]"]),
)
USER = st.from_regex(r"[A-Za-z][A-Za-z0-9._~-]{0,8}(:[A-Za-z0-9!$&*+,;=%~-]{0,8})?", fullmatch=True)
USERINFO = USER.filter(lambda text: "%" not in text).map("{}@".format)
PORT = st.sampled_from(["", "", "", ":80", ":443", ":8080", ":1", ":65535"])
SEGMENT = st.one_of(_text(UNRESERVED + DELIMITERS + ":@", 12), st.sampled_from(["..", ".", "", "index.html"]))
PATH = st.one_of(
    st.just(""), st.lists(SEGMENT, min_size=1, max_size=5).map(lambda parts: "/" + "/".join(parts))
)
QUERY = st.one_of(st.just(""), _text(UNRESERVED + DELIMITERS + ":@/?[]", 25).map("?{}".format))
FRAGMENT = st.one_of(st.just(""), _text(UNRESERVED + DELIMITERS + ":@/?", 15).map("#{}".format))

URLS = st.builds(
    "{}://{}{}{}{}{}{}".format,
    st.sampled_from(["http", "https", "https", "HTTP", "Https"]),
    st.one_of(st.just(""), st.just(""), USERINFO),
    HOST,
    PORT,
    PATH,
    QUERY,
    FRAGMENT,
)


def filled(start: str, length: int) -> str:
    """Return a URL of exactly a length."""
    return start + "x" * (length - len(start))


LONG_STARTS = (
    "http://example.com/",
    "https://[2001:db8::1]:8443/a/b?c=",
    "https://user:word@example.com/#",
    "http://xn--e1afmkfd.xn--p1ai/%D0%BF/",
)
