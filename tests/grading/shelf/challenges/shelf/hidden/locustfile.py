"""The load of the shelf: the many books, and no others."""

from locust import task
from locust.contrib.fasthttp import FastHttpUser


class Reader(FastHttpUser):
    """Reads the titles."""

    abstract = True

    @task
    def books(self):
        with self.client.get("/books", catch_response=True) as answer:
            if len(answer.json()) != 100:
                answer.failure(f"{len(answer.json())} books, expected 100")
