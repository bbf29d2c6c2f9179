"""A regular expression that backtracks for ever is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///

import re

re.match(r"(a|a)*b", "a" * 60)
