"""Judges a submission's source as data: the quality criterion and the import rule. Nothing of it is ever run."""
