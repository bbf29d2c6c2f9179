"""The load of the counter: rows of additions."""

from locust import task

from grader.examiner.load import RpcUser


class CounterUser(RpcUser):
    """Adds in batches and looks at each sum."""

    abstract = True

    @task
    def add(self):
        with self.request("batch"):
            counter = self.subject.new()
            sums = counter.map("add", [range(500)])
            counter.release()
            assert sums[-1] == sum(range(500)), f"the sum of 0 to 499 was {sums[-1]}"
