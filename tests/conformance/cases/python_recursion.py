"""Endless recursion in Python is an error of the program's own."""

# /// case
# outcomes = ["exited"]
# exit_code = 1
# says = ["RecursionError"]
# ///


def deeper():
    return deeper()


deeper()
