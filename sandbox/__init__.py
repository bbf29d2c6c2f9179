"""Isolated process trees (sandboxes) in pods that share one loopback network; knows nothing of grading."""

from sandbox.contract import (
    DATA_ROOT,
    FILES_ROOT,
    Ending,
    Engine,
    EngineFacts,
    Image,
    Limits,
    Outcome,
    Output,
    Pod,
    Sandbox,
    SandboxSpec,
    Usage,
)
from sandbox.errors import EngineUnavailable, ImageError, PodError, SandboxError

__all__ = [
    "DATA_ROOT",
    "FILES_ROOT",
    "Ending",
    "Engine",
    "EngineFacts",
    "EngineUnavailable",
    "Image",
    "ImageError",
    "Limits",
    "Outcome",
    "Output",
    "Pod",
    "PodError",
    "Sandbox",
    "SandboxError",
    "SandboxSpec",
    "Usage",
]
