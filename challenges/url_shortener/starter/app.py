"""A URL shortener; the statement says what each route does."""

from fastapi import FastAPI

app = FastAPI(title="URL shortener")


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}
