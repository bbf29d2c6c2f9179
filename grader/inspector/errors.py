"""What can go wrong in the inspector itself; whatever a submission holds is an answer, never one of these."""


class InspectorFailed(Exception):  # noqa: N818 - a state of affairs, as `GradingFailed` is
    """The inspector, its linter or its machine failed; nothing is said about the submission."""
