"""What one build may take and bring."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """Sizes are of one thing where they are not said to be of all; `wall_s` is for a whole build."""

    wall_s: float = 300.0
    page_mib: int = 64
    file_mib: int = 200
    all_files_mib: int = 600
    layer_mib: int = 300
    layer_files: int = 50_000
    requests: int = 2000
    redirects: int = 5
    answer_s: float = 30.0
    page_s: float = 60.0
    file_s: float = 200.0
