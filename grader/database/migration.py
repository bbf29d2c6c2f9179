"""`python -m grader.database.migration FILE`: run a submission's SQL file with psql, as the database's owner.

It is the candidate's code (psql can run programs), and so it has a sandbox of its own.
"""

import os
import sys

from grader.database.server import find_programs


def main(file: str) -> None:
    """Become psql; the first error ends it."""
    psql = find_programs() / "psql"
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, os.environ["DATABASE_URL"]]
    os.execv(psql, command)  # noqa: S606 - no shell


if __name__ == "__main__":
    main(sys.argv[1])
