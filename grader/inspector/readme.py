"""The check `readme`: is there a text of the candidate's own that says how to run the solution or why it is so?"""

from __future__ import annotations

import re

from grader.inspector.finding import Answer
from grader.inspector.subject import Subject

WORDS = 40
TEXT_BYTES = 100_000
THERE, LENGTH, SAYS = 0.3, 0.4, 0.3
_NAME = re.compile(r"(?:[^/]+/)?(?:readme|notes|design|solution|decisions)[^/]*|docs?/[^/]+", re.IGNORECASE)
_ENDINGS = (".md", ".rst", ".txt", ".adoc", ".markdown", "readme")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_IN_CODE_MARKS = re.compile(r"```|~~~|`[^`\n]+`|^(?: {4}|\t)\S|^\s*[$>] \S|^\.\. code", re.MULTILINE)
_TELLING = re.compile(
    r"\bpython|pytest|\brun|\binstall|\busage|\bdesign|\bdecision|\bbecause|\bwhy\b|\btrade-?off|\bcomplexity|\bO\("
    r"|\block|\bthread|запус|установ|реши|потому|почему|сложност|блокиров|поток|\bwarum|\bweil|\bstart|\binstal"
    r"|\bpourquoi|\bporque|\bdiseño|\bentwurf|\bconception|运行|設計|设计|実行|为什么|なぜ",
    re.IGNORECASE,
)


def check_readme(subject: Subject) -> Answer:
    """Answer `readme`."""
    tree = subject.submission
    paths = [path for path in tree.files if _NAME.fullmatch(path) and path.lower().endswith(_ENDINGS)]
    if not paths:
        return Answer("readme", 0.0, "There is no README; expected a short text on how to run it and why it is so.")
    known = _starter_lines(subject)
    text = "\n".join(line for path in paths[:10] for line in _text(tree.read(path, TEXT_BYTES)).splitlines() if line.strip() and line.strip() not in known)
    words = count_words(text)
    if not words:
        return Answer("readme", 0.0, f"{paths[0]} holds nothing but the starter's own text.")
    says = bool(_IN_CODE_MARKS.search(text) or _TELLING.search(text))
    fraction = THERE * min(1.0, words / 8) + LENGTH * min(1.0, words / WORDS) + SAYS * says
    missing = []
    if words < WORDS:
        missing.append(f"it has {words} different words of the candidate's own; {WORDS} earn everything")
    if not says:
        missing.append("it neither shows how to run anything nor says why something is as it is")
    message = f"{paths[0]}: {'; '.join(missing)}." if missing else f"{paths[0]} says how to run it or why it is so."
    return Answer("readme", fraction, message)


def count_words(text: str) -> int:
    """Count different words; where words are not spaced, two different letters count as one."""
    unspaced = set(_UNSPACED.findall(text))
    spaced = {word.lower() for word in _WORD.findall(_UNSPACED.sub(" ", text))}
    return len(spaced) + len(unspaced) // 2


def _text(data: bytes) -> str:
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(start):
            return data.decode(encoding, errors="replace")
    return data.decode("utf-8", errors="replace").replace("\ufffd", " ")


def _starter_lines(subject: Subject) -> set[str]:
    starter = subject.starter
    texts = [path for path in starter.files if path.lower().endswith(_ENDINGS)]
    return {line.strip() for path in texts for line in _text(starter.read(path, TEXT_BYTES)).splitlines()}
