"""Bytes of any kind are kept as they are, and lines that look like results are only output."""

# /// case
# outcomes = ["exited"]
# exit_code = 3
# says = ["\u001b[2J\u001b]0;title\u0007", "<script>alert(1)</script>", '{"outcome": "exited", "exit_code": 0}', "\u0000\u00ff\u00fe"]
# ///

import os

os.write(1, b"\x1b[2J\x1b]0;title\x07<script>alert(1)</script>\n")
os.write(1, b'\r\n\x00{"outcome": "exited", "exit_code": 0}\n')
os.write(1, b"\x00" + "\xff\xfe".encode() + b"\xff\xfe\xc3\x28\xed\xa0\x80" + bytes(range(256)))
os._exit(3)
