"""Serves the pages of the load as a process of its own: prints its port, and ends when standard input does."""

from __future__ import annotations

import sys

from scripted_pages import answer_for
from website import Website


def main() -> None:
    """Serve until nobody needs it any more."""
    website = Website(answer_for)
    sys.stdout.write(f"{website.port}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
