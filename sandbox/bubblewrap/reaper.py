"""The first process of a pod, run alone in its namespaces: it waits for every process that ends there.

It says `ready`, then a line for each: process number, wait status, microseconds of processor time of the process and
of its waited-for children. It ends when its standard input is closed, and with it all that runs in the pod.
"""

import os
import select
import signal


def main() -> None:
    """Reap until standard input is closed."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(
        signal.SIGCHLD, lambda *_: None
    )  # a handler of any kind: the wake-up is the byte in the pipe
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    poller = select.poll()
    poller.register(0, select.POLLIN)
    poller.register(woken, select.POLLIN)
    os.write(1, b"ready\n")
    while True:
        ready = {descriptor for descriptor, _ in poller.poll()}
        if woken in ready:
            os.read(woken, 4096)
            reap()
        if 0 in ready and not os.read(0, 4096):
            return


def reap() -> None:
    """Wait for every process that has ended."""
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        cpu_us = round((used.ru_utime + used.ru_stime) * 1e6)
        os.write(1, b"%d %d %d\n" % (pid, status, cpu_us))


if __name__ == "__main__":
    main()
