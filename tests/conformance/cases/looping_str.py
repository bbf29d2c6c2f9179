"""An exception whose text never ends is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///


class LoopError(Exception):
    def __str__(self):
        while not self.args:
            pass
        return ""


raise LoopError
