"""The two sets of packages that sandboxes see, and the container images made of them."""
