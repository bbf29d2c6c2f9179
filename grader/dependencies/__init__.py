"""A submission's own dependencies: read strictly, installed as wheels in a sandbox of their own, kept as layers."""

from grader.dependencies.bounds import Bounds
from grader.dependencies.errors import DependencyError
from grader.dependencies.index import Index, configured_index
from grader.dependencies.layer import Layer
from grader.dependencies.make import make_layer
from grader.dependencies.reading import read_requirements
from grader.dependencies.requirements import Requirements

__all__ = [
    "Bounds",
    "DependencyError",
    "Index",
    "Layer",
    "Requirements",
    "configured_index",
    "make_layer",
    "read_requirements",
]
