"""An exception with an enormous text ends at a limit; little of it is kept."""

# /// case
# outcomes = ["output_limit", "out_of_memory", "exited"]
# exit_code = 1
# limits.memory_mib = 1024
# ///

raise ValueError("x" * (100 * 2**20))
