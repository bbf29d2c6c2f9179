"""Runs at every start of Python from this folder."""

import os

os.environ["PYTEST_PLUGINS"] = "flattery"
os.environ["PYTEST_ADDOPTS"] = "-p flattery"
