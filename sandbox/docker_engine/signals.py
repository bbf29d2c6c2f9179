"""What a process of this host would do with a signal."""

from __future__ import annotations

import signal
from pathlib import Path


def takes_sigterm(pid: int) -> bool:
    """Claim that a process catches, ignores or blocks SIGTERM, or that this cannot be seen."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    masks = [
        line.split()[1] for line in status.splitlines() if line.startswith(("SigCgt:", "SigIgn:", "SigBlk:"))
    ]
    return any(int(mask, 16) >> (signal.SIGTERM - 1) & 1 for mask in masks) or not masks
