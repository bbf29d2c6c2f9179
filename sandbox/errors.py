"""What can go wrong in a sandbox engine; a candidate's failure is an `Ending`, never one of these.

SandboxError
├── EngineUnavailable   the engine does not answer here; the message says how to get it
├── ImageError          an image or environment is missing or could not be built
└── PodError            a pod or sandbox could not be made, or the engine failed while it ran
"""


class SandboxError(Exception):
    """Base of every error of this package: ours or the machine's, never the candidate's."""


class EngineUnavailable(SandboxError):  # noqa: N818 - says what is the case, as the engine's name does
    """The engine cannot be used on this machine."""


class ImageError(SandboxError):
    """An image is missing or could not be built."""


class PodError(SandboxError):
    """A pod or a sandbox could not be made, or the engine failed under it."""
