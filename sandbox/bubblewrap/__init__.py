"""The embedded engine: bubblewrap's namespaces, no daemon and no image, as root and as an ordinary user."""

from sandbox.bubblewrap.engine import BubblewrapEngine

__all__ = ["BubblewrapEngine"]
