"""Grades submissions of coding challenges in sandboxes, apart from what judges them."""

__version__ = "0.1.0"
