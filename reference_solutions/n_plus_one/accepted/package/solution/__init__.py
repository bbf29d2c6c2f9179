"""The feed of users with their posts, tags and comments."""
