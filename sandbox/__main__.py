"""`python -m sandbox`: build what the engines need, remove what killed graders left, and say what is there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sandbox.bubblewrap import BubblewrapEngine
from sandbox.contract import Engine
from sandbox.docker_engine import DockerEngine
from sandbox.errors import SandboxError


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one command; return the exit status: 0 done, 1 it failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        engine = _engine(options.engine, options.base_image)
        if options.command == "images":
            engine.prepare(_say)
        elif options.command == "reap":
            _say(f"removed {engine.reap()} things")
        else:
            return _describe(engine)
    except SandboxError as error:
        _say(f"error: {error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("images", "build the packages that sandboxes see, where they are missing or out of date"),
        ("reap", "remove what killed graders left behind"),
        ("describe", "say what the engine is and what is missing"),
    ):
        command = commands.add_parser(name, help=what, description=what)
        command.add_argument("--engine", choices=("docker", "bubblewrap"), default="docker")
        command.add_argument("--base-image", help="image to build on (docker), e.g. python:3.12-slim")
    return parser


def _engine(name: str, base_image: str | None) -> Engine:
    return DockerEngine(base_image=base_image) if name == "docker" else BubblewrapEngine()


def _describe(engine: Engine) -> int:
    facts = engine.describe()
    _say(f"{facts.name} {facts.version}: {'available' if facts.is_available else 'not available'}")
    for key, value in facts.facts.items():
        _say(f"  {key}: {value}")
    for kind, words in (("problem", facts.problems), ("limitation", facts.limitations)):
        for word in words:
            _say(f"  {kind}: {word}")
    return 0 if facts.is_available and not facts.problems else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
