"""Runs in a pod's database sandbox: makes a PostgreSQL cluster, serves it on loopback, says when it is ready."""
