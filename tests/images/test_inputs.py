"""An image's tag changes with everything that it is made of, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.contract import Image
from sandbox.images import inputs
from sandbox.images.probe import Target
from sandbox.policy import load_policy

POLICY = load_policy()


def test_the_same_inputs_make_the_same_tag() -> None:
    assert inputs.tag_of(Image.CANDIDATE, "sha256:1", POLICY) == inputs.tag_of(
        Image.CANDIDATE, "sha256:1", POLICY
    )


def test_role_base_and_hosts_are_inputs() -> None:
    hosts = replace(POLICY, hosts=(("127.0.0.1", "other"),))
    tags = {
        inputs.tag_of(Image.CANDIDATE, "sha256:1", POLICY),
        inputs.tag_of(Image.EXAMINER, "sha256:1", POLICY),
        inputs.tag_of(Image.CANDIDATE, "sha256:2", POLICY),
        inputs.tag_of(Image.CANDIDATE, "sha256:1", hosts),
    }
    assert len(tags) == 4


@pytest.mark.parametrize("which", ["lock_file", "dockerfile"])
def test_the_lock_and_the_recipe_are_inputs(
    which: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = inputs.tag_of(Image.CANDIDATE, "sha256:1", POLICY)
    (tmp_path / "changed").write_text("other\n")
    monkeypatch.setattr(inputs, which, lambda *_: tmp_path / "changed")
    assert inputs.tag_of(Image.CANDIDATE, "sha256:1", POLICY) != before


@pytest.mark.parametrize(
    ("glibc", "newest", "count"), [(36, "manylinux_2_36_x86_64", 20), (17, "manylinux_2_17_x86_64", 1)]
)
def test_wheels_for_older_systems_fit_and_for_newer_ones_do_not(glibc: int, newest: str, count: int) -> None:
    platforms = Target(glibc, {"platform_machine": "x86_64"}).platforms()
    assert platforms[0] == newest
    assert len([name for name in platforms if name.startswith("manylinux_2_")]) == count
    assert platforms[-1] == "linux_x86_64"
