"""A loop in Python is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///

while True:
    pass
