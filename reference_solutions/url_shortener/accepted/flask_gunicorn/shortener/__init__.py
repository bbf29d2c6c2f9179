"""A URL shortener on Flask, for several processes over one PostgreSQL."""

from flask import Flask

from shortener.database import make_pool
from shortener.routes import routes


def create_app() -> Flask:
    """Return the application of one process."""
    app = Flask(__name__)
    app.extensions["pool"] = make_pool()
    app.register_blueprint(routes)
    return app
