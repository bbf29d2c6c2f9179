"""What the table promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from limits import SlidingWindow
from store import Store

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "links.sqlite3")


def test_clicks_of_many_threads_add_up(store):
    store.create("http://example.com", "code", None, NOW)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.click("code", NOW), range(100)))
    assert store.find("code").clicks == 100


def test_an_expired_link_is_found_but_not_clicked(store):
    store.create("http://example.com", "code", 1, NOW)
    assert store.click("code", NOW + timedelta(seconds=1)) is None
    assert store.find("code").clicks == 0


def test_an_alias_is_taken_once_until_it_is_deleted(store):
    assert store.create("http://example.com/1", "code", None, NOW)
    assert store.create("http://example.com/2", "code", None, NOW) is None
    assert store.delete("code")
    assert not store.delete("code")
    assert store.create("http://example.com/2", "code", None, NOW)


def test_a_window_is_one_client_s_own():
    window = SlidingWindow(1)
    assert window.wait_for("a") == 0
    assert 1 <= window.wait_for("a") <= 60
    assert window.wait_for("b") == 0
