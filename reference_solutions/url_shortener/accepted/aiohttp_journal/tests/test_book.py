"""What the journal brings back."""

from contextlib import closing

import pytest

from book import Book, Taken


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal"


def test_everything_is_there_after_a_restart(path):
    with closing(Book(path)) as book:
        book.add("http://example.com/a", "aaa", None)
        kept = book.add("http://example.com/b", "bbb", 60)
        for _ in range(3):
            book.click(kept)
        book.remove("aaa")
    with closing(Book(path)) as again:
        assert again.find("aaa") is None
        assert again.find("bbb") == kept
        assert again.find("bbb").clicks == 3


def test_a_line_that_was_cut_off_is_left_out(path):
    with closing(Book(path)) as book:
        book.add("http://example.com/a", "aaa", None)
    with path.open("ab") as journal:
        journal.write(b'["click", "aa')
    for clicks in (0, 1):
        with closing(Book(path)) as book:
            assert book.find("aaa").clicks == clicks
            book.click(book.find("aaa"))


def test_an_alias_is_taken_until_it_is_removed(path):
    with closing(Book(path)) as book:
        book.add("http://example.com/a", "aaa", None)
        with pytest.raises(Taken):
            book.add("http://example.com/b", "aaa", None)
        book.remove("aaa")
        assert book.add("http://example.com/b", "aaa", None).clicks == 0
