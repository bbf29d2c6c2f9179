"""Links, pipes and odd names planted in /data stop neither the next sandbox nor the end of the pod."""

# /// case
# outcomes = ["exited"]
# says = ["planted"]
# data = true
# ///

import os
import socket

from attempt import say

os.chdir("/data")
for name, target in (
    ("link", "/etc/passwd"),
    ("up", "../../../etc"),
    ("root", "/proc/1/root"),
    ("loop", "loop"),
):
    if not os.path.lexists(name):
        os.symlink(target, name)
if not os.path.lexists("pipe"):
    os.mkfifo("pipe")
    socket.socket(socket.AF_UNIX).bind("socket")
for number in range(200):
    if not os.path.lexists(f"farm{number}"):
        os.symlink(f"/files/{number}", f"farm{number}")
for name in (b"\xff\xfe", b"new\nline", b"-rf", b"$(id)", b"\x1b[2J", b"n" * 255):
    os.makedirs(name, exist_ok=True)
os.makedirs("closed/inner", exist_ok=True)
os.chmod("closed", 0o000)
os.chmod("/data", 0o000)
say("planted")
