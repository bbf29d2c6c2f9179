"""Tests of the sandbox engines."""
