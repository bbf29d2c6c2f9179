"""Who owns what is left behind, and whether that process is dead."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from sandbox.docker_engine.ownership import Owner, owner_of_pod

ME = Owner.this_process()


def test_an_owner_is_read_as_it_was_written() -> None:
    assert Owner.parse(str(ME)) == ME
    assert owner_of_pod(ME.new_pod()) == ME


@pytest.mark.parametrize("text", ["", "host", "host.12", "host.x.y", "Host.1.2", "a.b.1.2", "host.1.2.3"])
def test_what_we_did_not_write_has_no_owner(text: str) -> None:
    assert Owner.parse(text) is None


def test_two_pods_never_have_one_name() -> None:
    assert len({ME.new_pod() for _ in range(1000)}) == 1000


def test_a_living_process_is_not_dead() -> None:
    assert not ME.is_dead()


def test_a_later_process_with_the_same_number_is_another() -> None:
    assert replace(ME, started=ME.started - 1).is_dead()


def test_an_ended_process_is_dead() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert replace(ME, pid=ended.pid).is_dead()


def test_nothing_is_said_of_another_host() -> None:
    assert not replace(ME, host="elsewhere", pid=2**22 + os.getpid()).is_dead()
