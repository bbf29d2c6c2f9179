"""Nothing can be written but /tmp, /data and shared memory."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED folders", "CONTAINED files"]
# limits.wall_s = 20.0
# ///

import os

from attempt import must

ALLOWED = ("/tmp", "/data", "/dev/shm", "/dev/mqueue")
folders, files, looked = [], [], 0
for folder, below, names in os.walk("/"):
    if folder == "/":
        below[:] = [name for name in below if name not in ("proc", "sys")]
    if folder.count("/") > 5:
        below.clear()
    if folder.startswith(ALLOWED):
        continue
    looked += 1
    mark = f"{folder.rstrip('/')}/mark-of-the-case"
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_WRONLY))
        folders.append(folder)
    except OSError:
        pass
    if not folder.startswith("/dev"):
        for name in names[:20]:
            path = f"{folder.rstrip('/')}/{name}"
            if os.path.isfile(path) and os.access(path, os.W_OK):
                files.append(path)
must(not folders and looked > 100, "folders", f"{folders[:5]} of {looked}")
must(not files, "files", files[:5])
