"""Runs beside the candidate's code: a JSON-RPC 2.0 server around the entry object, of the standard library alone.

It is never trusted: whatever it answers is data to the examiner. Its modules import one another relatively, because
`host.py` loads them under a private package name that no module of the candidate's can collide with.
"""
