"""What to ask in the interview: the bank of questions, and the choice by what was found in a submission."""

from grader.questions.bank import Bank, Question, Topic, load_bank
from grader.questions.choice import choose

__all__ = ["Bank", "Question", "Topic", "choose", "load_bank"]
