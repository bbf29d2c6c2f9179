"""What an image is made of, and the digest that says whether it has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sandbox.contract import Image
from sandbox.policy import Policy

_FOLDER = Path(__file__).parent
REPOSITORY = "coding-challenge-grader"
STAGE_LABEL = f"{REPOSITORY}.stage"
ETC_IN_IMAGE = "/opt/etc"


def lock_file(role: Image) -> Path:
    """Return the hash-locked list of a role's packages."""
    return _FOLDER / f"{role}.txt"


def dockerfile() -> Path:
    """Return the recipe that both roles share."""
    return _FOLDER / "Dockerfile"


def hosts_file(policy: Policy) -> bytes:
    """Return the image's `/etc/hosts`."""
    return "".join(f"{address}\t{name}\n" for address, name in policy.hosts).encode()


def tag_of(role: Image, base_id: str, policy: Policy) -> str:
    """Return the tag of the image that these inputs make: other inputs, another tag."""
    digest = hashlib.sha256()
    parts = (dockerfile().read_bytes(), lock_file(role).read_bytes(), hosts_file(policy), base_id.encode())
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return f"{REPOSITORY}/{role}:{digest.hexdigest()[:16]}"
