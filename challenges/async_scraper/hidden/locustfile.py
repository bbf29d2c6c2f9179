"""Load: scrapes of a website that has new pages for each of them, every result held against what is right."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from locust import task
from scripted_pages import KINDS, result_of

from grader.examiner.load import RpcUser

CONNECTIONS = 4
PAGES = 6


@cache
def website_port() -> int:
    """Start the website as a process of its own, which ends with this one; return its port."""
    folder = Path(__file__).parent
    website = subprocess.Popen(
        [sys.executable, "-s", str(folder / "serve_pages.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert website.stdout is not None
    return int(website.stdout.readline())


class Scrapes(RpcUser):
    """Scrapes a few pages at a time, drawn anew, so that nothing can be answered from memory."""

    abstract = True

    def on_start(self) -> None:
        """Find the website."""
        super().on_start()
        self.base_url = f"http://127.0.0.1:{website_port()}"

    @task
    def scrape(self) -> None:
        """Scrape some pages of every kind and check every result; each page counts as a request."""
        kinds = [*KINDS, *self.random.choices(["page", "packed"], k=PAGES - len(KINDS))]
        self.random.shuffle(kinds)
        paths = [f"/{kind}/{self.random.getrandbits(48):x}" for kind in kinds]
        wanted: list[dict[str, Any]] = [result_of(self.base_url, path) for path in paths]
        results: list[Any] = []
        with self.request("page"):
            results += self.subject.call(
                [self.base_url + path for path in paths], max_connections=CONNECTIONS
            )
            assert results[:1] == wanted[:1], "a result is wrong"
        for number in range(1, len(wanted)):
            with self.request("page"):
                assert results[number : number + 1] == wanted[number : number + 1], "a result is wrong"
