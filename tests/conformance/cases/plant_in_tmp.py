"""Links, pipes and odd names planted in /tmp are gone with the sandbox."""

# /// case
# outcomes = ["exited"]
# says = ["planted"]
# ///

import os
import socket

from attempt import say

os.symlink("/etc/passwd", "/tmp/link")
os.symlink("/proc/1/root", "/tmp/root")
os.symlink("loop", "/tmp/loop")
os.mkfifo("/tmp/pipe")
socket.socket(socket.AF_UNIX).bind("/tmp/socket")
for name in (b"\xff\xfe", b"new\nline", b"-rf", b"$(id)", b"\x1b[2J", b"n" * 255):
    os.mkdir(b"/tmp/" + name)
os.mkdir("/tmp/closed", 0o000)
with open("/tmp/.pth", "w", encoding="utf-8") as file:
    file.write("import os; os._exit(9)\n")
say("planted")
