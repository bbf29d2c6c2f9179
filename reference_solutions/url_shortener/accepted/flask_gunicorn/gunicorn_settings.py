"""How gunicorn runs the service: several processes, a few threads each."""

from shortener.database import prepare

workers = 3
threads = 4
worker_tmp_dir = "/tmp"  # noqa: S108 - the only folder that is writable everywhere
graceful_timeout = 4
control_socket_disable = True


def on_starting(_server: object) -> None:
    """Make the tables once, before there are workers to race for it."""
    prepare()
