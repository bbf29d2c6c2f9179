"""Creating links: the answer, codes that the service makes up, and expires_in."""

from datetime import timedelta
from itertools import pairwise

import pytest
from shortener import CODE, create, expect_near, moment, new_alias, new_key, new_url, now, post

from grader.examiner import expect

YEAR_S = 31_536_000
CODES = 240
POSTS_OF_A_KEY = 40


@pytest.mark.check("creating")
@pytest.mark.parametrize("has_alias", [False, True], ids=["made_up_code", "alias"])
def test_a_post_is_answered_by_the_link(http, has_alias):
    url, before = new_url(), now()
    wanted = {"alias": new_alias()} if has_alias else {}
    answer = post(http, url=url, **wanted)
    expect(answer.status, 201, "the status of POST /links")
    link = answer.json()
    missing = [name for name in ("code", "url", "short_url", "created_at", "expires_at") if name not in link]
    expect(missing, [], "no field is missing from the answer")
    if has_alias:
        expect(link["code"], wanted["alias"], "the code of a link with an alias")
    expect(answer.headers.get("Location"), f"/{link['code']}", "the Location of POST /links")
    expect(link["url"], url, "the url, as posted")
    expect(str(link["short_url"]).endswith(f"/{link['code']}"), True, "short_url ends in / and the code")
    expect("://" in str(link["short_url"]), True, "short_url is a whole URL")
    expect(link["expires_at"], None, "expires_at without expires_in")
    expect_near(moment(link["created_at"], "created_at"), before, "created_at", within_s=30)


@pytest.mark.check("creating")
def test_a_media_type_with_a_charset_is_json_too(http):
    headers = {"Content-Type": "application/json; charset=utf-8", "X-API-Key": new_key()}
    answer = http.post("/links", content=b'{"url": "https://example.com/charset"}', headers=headers)
    expect(answer.status, 201, "the status of a post with a charset in its Content-Type")


@pytest.mark.check("creating")
def test_an_answer_with_expires_in_tells_when_in_utc(http):
    link = create(http, expires_in=3600)
    wanted = moment(link["created_at"], "created_at") + timedelta(hours=1)
    expect_near(moment(link["expires_at"], "expires_at"), wanted, "expires_at")


def beginning_of(texts):
    """Return what all texts begin with."""
    first, last = min(texts), max(texts)
    differing = (place for place, letter in enumerate(first) if not last.startswith(letter, place))
    return first[: next(differing, len(first))]


@pytest.mark.check("generated_codes")
def test_codes_differ_and_cannot_be_guessed(http):
    codes = []
    for number in range(CODES):
        if number % POSTS_OF_A_KEY == 0:
            key = new_key()
        codes.append(str(create(http, key=key)["code"]))
    odd = [code for code in codes if not CODE.fullmatch(code)]
    expect(odd[:3], [], "codes are 4 to 12 of A-Z, a-z, 0-9, _ and -")
    expect(len(set(codes)), CODES, f"the number of different codes among {CODES}")
    pairs = list(pairwise(codes))
    rising = sum((len(one), one) < (len(other), other) for one, other in pairs) / len(pairs)
    expect(
        0.1 < rising < 0.9,
        True,
        f"codes neither rise nor fall ({rising:.0%} of them are above the one before)",
    )
    alike = sum(2 * len(beginning_of(pair)) >= len(pair[0]) for pair in pairs) / len(pairs)
    expect(
        alike < 0.1, True, f"few codes begin like the one before ({alike:.0%} share half of their letters)"
    )
    beginning = beginning_of(codes)
    expect(
        2 * len(beginning) < min(map(len, codes)),
        True,
        f"codes have no long beginning in common ({beginning!r})",
    )


@pytest.mark.check("expiry_values")
@pytest.mark.parametrize("seconds", [1, 2, 60, 86_400, YEAR_S - 1, YEAR_S])
def test_a_number_of_seconds_up_to_a_year_is_taken(http, seconds):
    link = create(http, expires_in=seconds)
    wanted = moment(link["created_at"], "created_at") + timedelta(seconds=seconds)
    expect_near(moment(link["expires_at"], "expires_at"), wanted, f"expires_at with expires_in = {seconds}")


@pytest.mark.check("expiry_values")
def test_null_means_absent(http):
    expect(create(http, expires_in=None)["expires_at"], None, "expires_at with expires_in = null")


@pytest.mark.check("expiry_values")
@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        -60,
        YEAR_S + 1,
        10**12,
        10**30,
        "60",
        "",
        "soon",
        True,
        False,
        1.5,
        [],
        [60],
        {},
        {"seconds": 60},
    ],
    ids=repr,
)
def test_anything_else_is_refused(http, value):
    expect(post(http, expires_in=value).status, 422, f"the status of a post with expires_in = {value!r}")
