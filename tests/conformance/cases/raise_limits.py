"""No limit of resources can be raised, and no core is dumped."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED core", "CONTAINED open files", "CONTAINED file size"]
# ///

import resource

from attempt import must


def raised(kind):
    soft, hard = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        return None
    return None if hard == resource.RLIM_INFINITY else (soft, hard)


must(resource.getrlimit(resource.RLIMIT_CORE)[1] == 0, "core", resource.getrlimit(resource.RLIMIT_CORE))
must(
    resource.getrlimit(resource.RLIMIT_NOFILE)[1] <= 256,
    "open files",
    resource.getrlimit(resource.RLIMIT_NOFILE),
)
must(
    resource.getrlimit(resource.RLIMIT_FSIZE)[1] <= 32 * 2**20,
    "file size",
    resource.getrlimit(resource.RLIMIT_FSIZE),
)
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        found = raised(getattr(resource, name))
        must(found is None, f"raising {name}", found)
