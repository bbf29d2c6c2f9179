"""What the engine says of a machine, and what it asks for where something is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import EngineUnavailable, Image
from sandbox.bubblewrap import BubblewrapEngine, machine
from sandbox.bubblewrap.machine import Machine, look_at_machine
from sandbox.environments import Environments


@pytest.mark.parametrize(("name", "package"), [("bwrap", "bubblewrap"), ("nsenter", "util-linux")])
def test_a_missing_program_is_a_problem_that_names_its_package(name: str, package: str) -> None:
    found = look_at_machine()
    without = replace(found, programs={key: path for key, path in found.programs.items() if key != name})
    facts = BubblewrapEngine(machine=without).describe()
    assert not facts.is_available
    assert any(f"apt-get install {package}" in problem for problem in facts.problems)
    with pytest.raises(EngineUnavailable, match=f"apt-get install {package}"):
        BubblewrapEngine(machine=without).open_pod()


@pytest.mark.parametrize(
    ("setting", "value", "advice"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor"),
        ("nothing", "", "inside a container"),
    ],
)
def test_a_failed_trial_is_explained_by_the_setting_behind_it(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, advice: str
) -> None:
    monkeypatch.setattr(machine, "read_setting", lambda name: value if name == setting else None)
    problem = machine.advise("bwrap: No permissions to create new namespace")
    assert "No permissions to create new namespace" in problem
    assert advice in problem


def test_missing_environments_are_problems_that_say_how_to_build_them(tmp_path: Path) -> None:
    facts = BubblewrapEngine(environments=Environments(tmp_path)).describe()
    for image in Image:
        assert any(f"the {image} environment is not built" in problem for problem in facts.problems)
        assert facts.facts[f"image {image}"].endswith("(not built)")


def test_without_cgroups_the_limitations_say_what_is_only_watched() -> None:
    found = look_at_machine()
    facts = BubblewrapEngine(machine=replace(found, hierarchy=None)).describe()
    assert facts.facts["cgroups"] == "not writable"
    assert facts.facts["cpu_account"] == "sampled from /proc"
    assert any("memory is measured" in limitation for limitation in facts.limitations)


def test_describing_does_not_raise_on_a_machine_with_nothing() -> None:
    facts = BubblewrapEngine(machine=Machine(is_root=False)).describe()
    assert not facts.is_available
    assert facts.version == "unknown"


@pytest.mark.parametrize(
    ("is_root", "kernel", "is_limited"),
    [(True, (5, 10), True), (False, (5, 13), False), (False, (5, 14), True), (False, (6, 1), True)],
)
def test_where_the_kernel_cannot_bound_the_processes_of_one_sandbox_it_is_said(
    is_root: bool, kernel: tuple[int, ...], is_limited: bool
) -> None:
    found = replace(look_at_machine(), is_root=is_root, hierarchy=None, kernel=kernel)
    said = " ".join(BubblewrapEngine(machine=found).describe().limitations)
    assert ("number of processes is not limited" in said) is not is_limited
