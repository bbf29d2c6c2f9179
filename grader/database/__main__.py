"""`python -m grader.database FILE`: serve the database that a JSON file describes."""

import sys
from pathlib import Path

from grader.database.server import serve

if __name__ == "__main__":
    sys.exit(serve(Path(sys.argv[1])))
