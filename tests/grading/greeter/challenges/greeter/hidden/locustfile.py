"""The load of the greeter."""

from locust import task
from locust.contrib.fasthttp import FastHttpUser


class Guest(FastHttpUser):
    """Reads the names."""

    abstract = True

    @task
    def names(self):
        with self.client.get("/names", catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}")
