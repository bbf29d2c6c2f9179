"""Sizes: a body over the limit is not read further, whatever it is and however it comes."""

import pytest
from answers import FLOOD_BYTES, answer, chunked, endless, packed
from scraping import expected, scrape, values

from grader.examiner import expect

LIMIT = 100_000
MOST_TAKEN = FLOOD_BYTES // 2  # what buffers on the way hold is far less


def body_of(size):
    """Return a page of exactly so many bytes."""
    start = b"<html><title>Sized</title>"
    return start + b"x" * (size - len(start))


@pytest.mark.check("too_large")
@pytest.mark.parametrize("send", [answer, chunked], ids=["declared", "chunked"])
def test_the_limit_is_exact(candidate, site, send):
    fits, exceeds = body_of(LIMIT), body_of(LIMIT + 1)
    bodies = [(200, fits), (200, exceeds)] if send is answer else [(fits,), (exceeds,)]
    urls = [site.put(f"/{number}", send(*parts)) for number, parts in enumerate(bodies)]
    results = scrape(candidate, urls, max_body_bytes=LIMIT)
    expect(results[0], expected(urls[0], title="Sized"), "the result of a body of exactly max_body_bytes")
    found = [results[1][name] for name in ("status", "error", "attempts")]
    expect(found, [200, "too_large", 1], "status, error and attempts of a body of one byte more")


@pytest.mark.check("too_large")
def test_a_million_bytes_are_the_default(candidate, site):
    urls = [site.put(f"/{size}", answer(200, body_of(size))) for size in (1_000_000, 1_000_001)]
    expect(
        values(scrape(candidate, urls), "error"),
        [None, "too_large"],
        "the errors of bodies around a million bytes",
    )


@pytest.mark.check("too_large")
@pytest.mark.parametrize("content_type", ["image/png", "application/json", "text/plain"])
def test_any_media_type_is_bounded(candidate, site, content_type):
    url = site.put("/data", answer(200, body_of(2 * LIMIT), content_type))
    [result] = scrape(candidate, [url], max_body_bytes=LIMIT)
    expect(
        [result["status"], result["error"]], [200, "too_large"], f"status and error of a large {content_type}"
    )


@pytest.mark.check("too_large")
def test_the_decoded_size_counts(candidate, site):
    urls = [site.put(f"/{size}", packed(body_of(size))) for size in (LIMIT, 40 * LIMIT)]
    results = scrape(candidate, urls, max_body_bytes=LIMIT)
    expect(
        values(results, "error"),
        [None, "too_large"],
        "the errors of compressed bodies, small and large when decoded",
    )


@pytest.mark.check("too_large")
def test_a_large_page_of_an_error_is_an_error(candidate, site):
    url = site.put("/", answer(404, body_of(2 * LIMIT)))
    [result] = scrape(candidate, [url], max_body_bytes=LIMIT)
    expect(result["status"], 404, "the status of a large error page")
    expect(
        result["error"] in {"http", "too_large"},
        True,
        f"its error is http or too_large (it is {result['error']!r})",
    )


@pytest.mark.check("not_read_further")
@pytest.mark.parametrize("is_declared", [True, False], ids=["declared", "endless"])
@pytest.mark.parametrize("content_type", ["text/html", "video/mp4"])
def test_a_body_over_the_limit_is_not_read_further(candidate, site, is_declared, content_type):
    url = site.put("/huge", endless(content_type, is_declared=is_declared))
    [result] = scrape(candidate, [url], max_body_bytes=LIMIT)
    expect([result["status"], result["error"]], [200, "too_large"], "status and error of a huge body")
    taken = sum(visit.taken_bytes for visit in site.visits("/huge"))
    expect(
        taken < MOST_TAKEN,
        True,
        f"reading stops soon after max_body_bytes={LIMIT} (more than {MOST_TAKEN // 2**20} MiB were read)",
    )
