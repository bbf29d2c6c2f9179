"""The environment holds what the specification gives and a few settings, and nothing of the grader's."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED environment"]
# ///

import os

from attempt import must, say

GIVEN = {"TOKEN", "BYSTANDER_PORT", "HOST_SECRET_FILE", "HOST_PORTS", "HOST_ADDRESSES", "HOST_ABSTRACT"}
SETTINGS = {
    "PATH",
    "HOME",
    "LANG",
    "LC_CTYPE",
    "TMPDIR",
    "PWD",
    "HOSTNAME",
    "USER",
    "LOGNAME",
    "SHLVL",
    "VIRTUAL_ENV",
    "container",
    "LC_ALL",
    "TZ",
}
more = {name for name in set(os.environ) - GIVEN - SETTINGS if not name.startswith("PYTHON")}
must(not more, "environment", sorted(more))
say(repr(dict(os.environ)))
