"""What the hidden tests draw and compare with: the model behaves as a right service, and every URL is one to take."""

import importlib.util
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
HIDDEN = ROOT / "challenges" / "url_shortener" / "hidden"
ACCEPTED = ROOT / "reference_solutions" / "url_shortener" / "accepted"
ALIASES = st.sampled_from(["one", "two"])
CALLS = st.lists(st.tuples(st.sampled_from(["create", "follow", "read", "delete"]), ALIASES), max_size=40)


def load(path: Path, name: str):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


STRATEGIES = load(HIDDEN / "url_strategies.py", "url_strategies_under_test")
MODEL = load(HIDDEN / "link_model.py", "link_model_under_test")
BOOK = load(ACCEPTED / "aiohttp_journal" / "book.py", "book_under_test")
CHECKS = load(ACCEPTED / "aiohttp_journal" / "checks.py", "checks_under_test")
PARSING = load(ACCEPTED / "starlette_asyncpg" / "parsing.py", "parsing_under_test")
BODY = load(ACCEPTED / "flask_gunicorn" / "shortener" / "body.py", "body_under_test")


class Service:
    """A right solution's links, with the statuses that its routes give."""

    def __init__(self, path):
        self.book = BOOK.Book(path)

    def create(self, alias, url):
        try:
            self.book.add(url, alias, None)
        except BOOK.Taken:
            return 409
        return 201

    def follow(self, alias):
        link = self.book.find(alias)
        if link is None:
            return 404
        self.book.click(link)
        return 307

    def read(self, alias):
        return 200 if self.book.find(alias) else 404

    def delete(self, alias):
        return 204 if self.book.remove(alias) else 404


def call(target, name, alias):
    arguments = [alias, "http://example.com/"] if name == "create" else [alias]
    return getattr(target, name)(*arguments)


@given(calls=CALLS)
@settings(max_examples=60)
def test_the_model_agrees_with_a_right_service(tmp_path_factory, calls):
    service, model = Service(tmp_path_factory.mktemp("book") / "journal"), MODEL.Model()
    statuses = [(call(service, *each), call(model, *each)) for each in calls]
    clicks = {alias: service.book.find(alias).clicks for alias in model.links}
    service.book.close()
    assert [ours for ours, _ in statuses] == [wanted for _, wanted in statuses]
    assert clicks == {alias: link.clicks for alias, link in model.links.items()}


def test_an_expired_link_of_the_model_is_gone_but_holds_its_alias():
    model = MODEL.Model()
    model.expire("one", 3)
    statuses = [model.follow("one"), model.read("one"), model.create("one", "http://example.com/")]
    assert statuses == [410, 200, 409]
    assert model.links["one"].clicks == 3
    assert [model.delete("one"), model.create("one", "http://example.com/")] == [204, 201]


@given(url=STRATEGIES.URLS)
@settings(max_examples=300)
def test_every_url_is_absolute_within_ascii_and_taken_by_right_solutions(url):
    parts = urlsplit(url)
    assert url.isascii()
    assert url.isprintable()
    assert len(url) <= STRATEGIES.LONGEST
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert parts.port is None or 0 < parts.port < 65_536
    assert BODY.is_url(url)


@given(url=STRATEGIES.URLS)
@settings(max_examples=100)
def test_right_solutions_keep_a_url_as_it_is_posted(url):
    body = f'{{"url": "{url}"}}'
    assert CHECKS.check(body).url == url
    assert PARSING.parse_new_link(body.encode()).url == url


@pytest.mark.parametrize("start", STRATEGIES.LONG_STARTS)
def test_a_filled_url_has_the_length_that_was_asked_for(start):
    for length in (STRATEGIES.LONGEST, STRATEGIES.LONGEST + 1):
        url = STRATEGIES.filled(start, length)
        assert len(url) == length
        assert BODY.is_url(url) == (length == STRATEGIES.LONGEST)
