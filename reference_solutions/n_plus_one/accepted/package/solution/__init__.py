"""The feed of users with their posts, tags and comments."""

from solution.feed import user_feed

__all__ = ["user_feed"]
