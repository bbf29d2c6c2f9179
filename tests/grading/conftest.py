"""What pytest is not to collect here: the small challenges have hidden suites of their own."""

collect_ignore = ["counter", "greeter", "ledger", "shelf"]
