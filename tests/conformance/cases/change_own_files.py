"""The files that a sandbox is given cannot be changed, not even by itself."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED overwrite", "CONTAINED create", "CONTAINED unlink"]
# ///

import errno
import os

from attempt import refused

refused("overwrite", lambda: os.open("/files/case.py", os.O_WRONLY))
refused("truncate", lambda: os.truncate("/files/case.py", 0))
refused("create", lambda: os.open("/files/new.py", os.O_CREAT | os.O_WRONLY))
refused("folder", lambda: os.mkdir("/files/folder"))
refused("unlink", lambda: os.unlink("/files/case.py"))
refused("rename", lambda: os.rename("/files/case.py", "/files/other.py"))
refused("mode", lambda: os.chmod("/files/case.py", 0o777))
refused("owner", lambda: os.chown("/files/case.py", os.getuid(), os.getgid()))
refused("times", lambda: os.utime("/files/case.py", (0, 0)))
refused("symbolic link", lambda: os.symlink("/etc", "/files/etc"))
refused("hard link", lambda: os.link("/files/case.py", "/tmp/case.py"), also={errno.EXDEV})
