"""Who makes a pod's network namespace and who joins which, when sandboxes start at once and end at any time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from sandbox.docker_engine.network import LoopbackNetwork


def test_the_first_makes_the_network_and_the_next_joins_it() -> None:
    network = LoopbackNetwork()
    with network.place() as joined:
        assert joined is None
        network.add("first", lambda: True)
    with network.place() as joined:
        assert joined == "first"


def test_of_many_at_once_only_one_makes_the_network() -> None:
    network, gate = LoopbackNetwork(), threading.Barrier(8)

    def start(number: int) -> str | None:
        gate.wait()
        with network.place() as joined:
            network.add(f"sandbox-{number}", lambda: True)
            return joined

    with ThreadPoolExecutor(8) as workers:
        joined = list(workers.map(start, range(8)))
    assert joined.count(None) == 1
    assert len(set(joined)) == 2


def test_whoever_still_runs_is_joined_when_the_maker_has_ended() -> None:
    network, first_runs = LoopbackNetwork(), threading.Event()
    first_runs.set()
    network.add("first", first_runs.is_set)
    network.add("second", lambda: True)
    first_runs.clear()
    with network.place() as joined:
        assert joined == "second"


def test_the_network_is_made_anew_when_all_have_ended() -> None:
    network = LoopbackNetwork()
    network.add("first", lambda: False)
    with network.place() as joined:
        assert joined is None


def test_where_the_maker_fails_the_next_one_makes_it() -> None:
    network = LoopbackNetwork()
    try:
        with network.place():
            raise RuntimeError
    except RuntimeError:
        pass
    with network.place() as joined:
        assert joined is None


def test_a_forgotten_member_is_not_joined() -> None:
    network = LoopbackNetwork()
    network.add("first", lambda: True)
    network.forget("first")
    with network.place() as joined:
        assert joined is None
