"""No program can be loaded into the kernel, and its performance counters cannot be read."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED bpf map", "CONTAINED perf_event_open"]
# ///

import struct

from attempt import refused
from raw import call

BPF_MAP_CREATE, BPF_PROG_LOAD = 0, 5
array_map = struct.pack("IIIII", 2, 4, 8, 1, 0).ljust(128, b"\0")
refused("bpf map", lambda: call("bpf", BPF_MAP_CREATE, array_map, 128))
refused("bpf program", lambda: call("bpf", BPF_PROG_LOAD, bytes(128), 128))
software_clock = struct.pack("IIQ", 1, 128, 0).ljust(128, b"\0")
refused("perf_event_open", lambda: call("perf_event_open", software_clock, 0, -1, -1, 0))
