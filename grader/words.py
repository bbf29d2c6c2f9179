"""The closed sets of words that evidence, scoring and score sheets share."""

from enum import StrEnum


class CheckOutcome(StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_RUN = "not_run"


class Verdict(StrEnum):
    """What is said of a submission as a whole."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    REJECTED = "rejected"
    UNSAFE = "unsafe"
    BUILD_FAILED = "build_failed"
    GRADER_ERROR = "grader_error"


class Level(StrEnum):
    """The interview guide's bands of the total: 80 and over, 60, 40, and below."""

    SENIOR = "senior"
    MIDDLE = "middle"
    JUNIOR = "junior"
    BELOW = "below"


class Tag(StrEnum):
    """What a challenge, a line of code or a question for the interview is about."""

    CONTAINERS = "containers"
    MEMORY = "memory"
    THREADS = "threads"
    ASYNC = "async"
    HTTP = "http"
    FRAMEWORKS = "frameworks"
    DATABASES = "databases"
    QUERIES = "queries"
    TRANSACTIONS = "transactions"
    CACHING = "caching"
    RATE_LIMITING = "rate_limiting"
    SECURITY = "security"
    TESTING = "testing"
    PROFILING = "profiling"
    DESIGN = "design"
    OPERATIONS = "operations"
    STREAMS = "streams"
    SCALING = "scaling"


class Severity(StrEnum):
    """How much weight a flag carries; `critical` makes the verdict `unsafe`."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class MeasurementVerdict(StrEnum):
    """What a measurement says; `inconclusive` is never the candidate's loss."""

    FULL = "full"
    REDUCED = "reduced"
    NONE = "none"
    INCONCLUSIVE = "inconclusive"
