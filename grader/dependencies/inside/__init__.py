"""What runs in the sandboxes of a build, each module by itself and of the standard library alone."""
