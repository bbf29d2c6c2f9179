"""Sandboxes as containers of a Docker engine, local or remote; no folder of the host is mounted."""

from sandbox.docker_engine.engine import DockerEngine

__all__ = ["DockerEngine"]
