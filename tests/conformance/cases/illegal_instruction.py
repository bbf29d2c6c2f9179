"""A signal that kills is a crash by that signal."""

# /// case
# outcomes = ["crashed"]
# signals = [4]
# ///

import ctypes
import mmap

page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write({"x86_64": b"\x0f\x0b", "aarch64": b"\x00\x00\x00\x00"}[__import__("platform").machine()])
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
