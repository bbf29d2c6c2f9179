"""The interviewer's page: whole, closed to the outside, and never someone else's."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings

from grader.report import LANGUAGES, to_candidate_html, to_html
from grader.report.code import LINE_LENGTH, MOST_COLOURED, MOST_LINES, code_files
from grader.score_sheet import FollowUp, Note, ScoreSheet, SourceFile
from grader.words import CheckOutcome
from tests.report.hostile import ATTACKS, everywhere, sheets
from tests.report.page_reader import hidden_characters, read_page
from tests.report.sheets import SHEETS, build_failed, grader_error, middling, rejected, senior, sheet

slow_enough = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("render", [to_html, to_candidate_html])
def test_a_page_is_well_formed_and_links_only_into_itself(render, kind: str, language: str) -> None:
    page = read_page(render(SHEETS[kind](), language))
    assert not page.problems
    assert page.elements[0] == ("html", {"lang": language})
    headings = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert headings.count(1) == 1
    assert headings[0] == 1


@slow_enough
@given(sheet=sheets())
def test_any_text_and_any_figure_leaves_both_pages_whole_and_harmless(sheet: ScoreSheet) -> None:
    for html in (to_html(sheet), to_candidate_html(sheet, "ru")):
        assert not read_page(html).problems
        assert not hidden_characters(html)


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
@pytest.mark.parametrize("kind", SHEETS)
def test_an_attack_in_every_place_is_only_text(kind: str, attack: str) -> None:
    for render in (to_html, to_candidate_html):
        html = render(everywhere(kind, attack))
        assert not read_page(html).problems
        assert not hidden_characters(html)


@pytest.mark.parametrize("render", [to_html, to_candidate_html])
def test_the_policy_allows_this_style_sheet_and_nothing_else(render) -> None:
    page = read_page(render(middling()))
    policies = [item["content"] for tag, item in page.elements if item.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    ]
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_megabytes_in_every_place_become_a_page_of_bounded_size() -> None:
    for text in ("A" * 1_000_000, "<" * 1_000_000, "\u202e" * 200_000, "a\n" * 300_000, "f'{" * 100_000):
        html = to_html(everywhere("middling", text))
        assert len(html) < 4_000_000
        assert not read_page(html).problems


def test_long_lines_and_long_files_are_cut_and_it_says_so() -> None:
    files = (
        SourceFile(path="wide.py", text="x = '" + "y" * 5_000 + "'\n"),
        SourceFile(path="long.txt", text="z\n" * (MOST_LINES + 7), is_cut=True),
    )
    text = read_page(to_html(sheet(files=files))).text
    assert f"+{5_006 - LINE_LENGTH}" in text
    assert "7 lines not shown" in text
    assert "The file goes on" in text


def test_what_failed_comes_first_with_all_that_shows_it() -> None:
    html = to_html(middling())
    text = read_page(html.split("<nav")[0]).text + read_page(html.split("</nav>")[1]).text
    order = [
        text.index(part)
        for part in (
            "60 / 100",
            "Middle",
            "Partly accepted",
            "5 of 13 checks failed",
            "started again 2 times",
            "What failed",
            "A stored None was taken for a miss",
            "'nothing'",
            "cache.put('k', None)",
            "How does your code tell a stored None",
            "What passed",
            "0.94 … 1.01",
            "Notes on the code",
            "An LRU cache with bounded memory.",
            "warming up",
            "7281930145",
        )
    ]
    assert order == sorted(order)


def test_a_gate_comes_before_what_cost_more() -> None:
    text = read_page(to_html(rejected())).text.split("What failed", 2)[2]
    assert text.index("Over its capacity") < text.index("With max_bytes")
    assert "Condition of acceptance" in text


def test_a_note_is_linked_to_its_line_and_stands_there_too() -> None:
    page = read_page(to_html(middling()))
    assert "#f0-L11" in page.attributes("href")
    assert page.text.count("__init__ has no annotations") == 2


@pytest.mark.parametrize(
    ("path", "line"), [("solution.py", 0), ("solution.py", 10_000), ("gone.py", 1), ("solution.py", -1)]
)
def test_a_note_on_a_line_that_is_not_shown_is_no_link(path: str, line: int) -> None:
    note = Note(path=path, line=line, text="look here")
    page = read_page(to_html(sheet({"lint": {"notes": (note,)}})))
    assert not page.problems
    assert "look here" in page.text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (build_failed, ("Did not start", "SyntaxError: expected ':' (solution.py, line 12)", "Traceback")),
        (grader_error, ("Grader error", "Nothing is said about it", "out of memory")),
    ],
)
def test_a_grading_that_came_to_nothing_shows_no_points(kind, said: tuple[str, ...]) -> None:
    text = read_page(to_html(kind())).text
    assert all(part in text for part in said)
    assert "/ 100" not in text
    assert "What failed" not in text.replace("Skip to what failed", "")


def questions_of(html: str) -> str:
    """Return the section of a page that says what to ask."""
    return html.split('<section aria-labelledby="questions">')[1].split("</section>", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("language", "title", "good", "hint"),
    [
        ("en", "What to ask", "What a good answer holds", "What it comes down to"),
        ("ru", "О чём спросить", "Что есть в хорошем ответе", "В чём суть"),  # noqa: RUF001 - Russian is meant
    ],
)
def test_every_question_is_there_in_order_with_its_reason_and_a_folded_good_answer(
    language: str, title: str, good: str, hint: str
) -> None:
    graded = middling()
    page = to_html(graded, language)
    section = questions_of(page)
    text = read_page(f"<section>{section}</section>").text
    assert text.strip().startswith(title)
    assert (text.count(hint), text.count(good), section.count("<details><summary>")) == (4, 2, 6)
    places = [text.index(item.question[language]) for item in graded.follow_ups]
    assert places == sorted(places)
    for item in graded.follow_ups:
        assert item.why[language] in text
        assert item.good_answer[language].replace("`", "") in text.replace("`", "")
    assert "b.append(2)" in text
    assert f'<a href="#questions">{title} (6)</a>' in page


def test_a_question_is_linked_to_the_check_that_called_for_it_where_that_is_shown() -> None:
    changes = {"stored_none": {"outcome": CheckOutcome.FAILED}, "threads": {"outcome": CheckOutcome.NOT_RUN}}
    page = to_html(sheet(changes))
    assert not read_page(page).problems
    assert questions_of(page).count('<a href="#c') == 3
    assert '<a href="#c0-1">“A stored None' in questions_of(page)


def test_a_sheet_written_before_questions_had_reasons_names_their_checks() -> None:
    old = (
        FollowUp(check="stored_none", question={"en": "How so?"}),
        FollowUp(check="gone", question={"en": "Why?"}),
    )
    text = read_page(f"<section>{questions_of(to_html(sheet(follow_ups=old)))}</section>").text
    assert "How so?" in text
    assert "Why: A stored None, and any other false value, is a hit" in text
    assert text.count("Why: ") == 1
    assert "good answer" not in text


def test_backquotes_set_code_and_nothing_else() -> None:
    asked = FollowUp(
        check="", question={"en": "Is `a < b` \u202e`<script>`, or `?"}, good_answer={"en": "``"}
    )
    section = questions_of(to_html(sheet(follow_ups=(asked,))))
    assert "<code>a &lt; b</code>" in section
    assert "<code>&lt;script&gt;</code>, or `?" in section
    assert not hidden_characters(section)


def test_withheld_points_are_explained_beside_their_bar() -> None:
    text = read_page(to_html(rejected())).text
    assert (
        text.index("0 / 25")
        < text.index("performance counts only for right answers")
        < text.index("What failed")
    )


def test_code_is_shown_character_for_character() -> None:
    code = "def f(a: int) -> str:\n\treturn f'{a!r:>{10}}' + \"<b>\" # ok & done\n\n\nclass  A : pass"
    html = to_html(sheet(files=(SourceFile(path="a.py", text=code),)))
    shown = html.split('<div class="code">')[1].split("</div>")[0]
    lines = [read_page(f"<code>{part.split('</code>')[0]}</code>").text for part in shown.split("<code>")[1:]]
    assert "\n".join(lines) == code


def test_the_two_languages_differ_and_fall_back_to_english() -> None:
    assert "Что не пройдено" in to_html(senior(), "ru")
    only_english = everywhere("senior", "x").model_copy()
    assert read_page(to_html(only_english, "ru")).text
    one = sheet({"lint": {"label": {"en": "Only English here"}}})
    assert "Only English here" in to_html(one, "ru")


def test_code_that_is_hard_to_colour_is_shown_without_colours() -> None:
    small = SourceFile(path="small.py", text="import os\n")
    large = SourceFile(path="large.py", text=("(" * 99 + "\n") * (MOST_COLOURED // 100 + 1))
    wide, narrow = code_files((large, small), ())
    assert "<span" not in wide.lines[0].html
    assert "<span" in narrow.lines[0].html


@pytest.mark.parametrize("text", ["", "\n", "\n\n", " \n\t\nx", "x\r\ny\r\n", "x\ry", "\ufeffx\n"])
def test_lines_are_numbered_as_an_editor_does(text: str) -> None:
    (file,) = code_files((SourceFile(path="a.py", text=text),), ())
    expected = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
    assert [line.number for line in file.lines] == list(range(1, len(expected) + 1))


def test_the_file_that_is_spoken_of_is_unfolded_else_the_first_module() -> None:
    files = (
        SourceFile(path="a.toml", text="x = 1\n"),
        SourceFile(path="b.py", text="y\n"),
        SourceFile(path="c.py", text="z\n"),
    )
    notes = (Note(path="c.py", line=1, text="look here"),)
    for changes, path in (({}, "b.py"), ({"lint": {"notes": notes}}, "c.py")):
        html = to_html(sheet(changes, files=files))
        assert html.count("<details open>") == 1
        assert html.split("<details open><summary>")[1].startswith(path)
