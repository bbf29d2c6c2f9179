"""The index that this machine is configured for, where it can be reached."""

from __future__ import annotations

import io
import tarfile

import pytest

from grader.dependencies import configured_index
from grader.dependencies.bounds import Bounds
from grader.dependencies.fetching import Fetcher, IndexTrouble
from grader.dependencies.simple_page import ACCEPTED
from sandbox import Engine
from tests.dependencies.conftest import Make

pytestmark = pytest.mark.engine


def test_a_package_of_the_configured_index_is_installed(any_engine: Engine, make: Make) -> None:
    index = configured_index()
    hasty = Bounds(answer_s=10, page_s=10)
    try:
        Fetcher(hasty, index.certificates).fetch_page(f"{index.urls[0].rstrip('/')}/iniconfig/", ACCEPTED)
    except IndexTrouble as error:
        pytest.skip(f"the configured package index cannot be reached: {error}")
    layer = make(any_engine, index, "iniconfig==2.0.0")
    assert layer is not None
    assert layer.packages == ("iniconfig==2.0.0",)
    with tarfile.open(fileobj=io.BytesIO(layer.read())) as archive:
        assert "packages/iniconfig/__init__.py" in archive.getnames()
