"""`load_rules`: the care rules from their TOML file, checked; a mistake is one sentence with its line."""

import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from citedfaq.care.concepts import Concepts, EntryError
from citedfaq.care.cues import CUES, Kinds
from citedfaq.care.screening import LEVELS, STANDS_FOR, CareRules, Rule, Source, Wording
from citedfaq.care.words import Slip
from citedfaq.errors import CitedFAQError

CARE_FILE: Final = Path(__file__).parent.parent / "care.toml"

_KINDS: Final = ("where", "what", "illness", "facts", "how", "signs")
_TABLES: Final = ("context", "spellings", "slips", *_KINDS, "rule")
_RULE_KEYS: Final = ("id", "level", "title", "text", "reviewed", "sources", "wordings", "unless", "fires", "silent")
_SLIP_LISTS: Final = ("not_after", "only_after", "only_before")
_FEWEST_EXAMPLES: Final = 3


class _File:
    """The file as text, to say on which line a mistake stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._lines = text.splitlines()

    def refuse(self, reason: str, *needles: str) -> NoReturn:
        """Raise an error on the line that holds the needles, each looked for from where the one before was found.

        Raises:
            CitedFAQError: always.
        """
        line = 0
        for needle in needles:
            line = next((place for place in range(line, len(self._lines)) if needle in self._lines[place]), line)
        raise CitedFAQError(f"{self.path}, line {line + 1}: {reason}: mend that line.")


def load_rules(path: Path = CARE_FILE) -> CareRules:
    """Read and check a file of care rules.

    Args:
        path: the TOML file; by default the one that comes with the package.

    Raises:
        CitedFAQError: the file cannot be read, is not valid TOML, or holds a mistake, which is named with its line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CitedFAQError(f"{path} is not valid TOML ({error}): mend that line.") from None
    except OSError as error:
        raise CitedFAQError(f"{path} cannot be read ({error.strerror}): check that it exists.") from None
    file = _File(path, text)
    for name in content:
        if name not in _TABLES:
            file.refuse(f"'{name}' is not a table; the tables are {', '.join(_TABLES)}", f"[{name}")
    concepts, kinds = _concepts(file, content)
    rules = [_rule(file, entry, position, concepts) for position, entry in enumerate(_rule_entries(file, content))]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            file.refuse(f"two rules have the id '{rule.id}'", f'"{rule.id}"', "[[rule]]", f'"{rule.id}"')
        seen.add(rule.id)
    try:
        concepts.close()
    except EntryError as error:
        file.refuse(str(error), str(error).split("'")[1])
    care = CareRules(rules, concepts, kinds)
    _try_examples(file, care)
    return care


def _concepts(file: _File, content: Mapping[str, Any]) -> tuple[Concepts, Kinds]:
    entries: dict[str, Sequence[str]] = {}
    context = _lists(file, content, "context")
    for name in context:
        if name not in CUES and name != "fillers":
            file.refuse(f"'{name}' is not a list of [context]", "[context]", name)
    for name in CUES:
        if name not in context:
            file.refuse(f"[context] lacks '{name}', {CUES[name]}", "[context]")
        entries[f"context {name}"] = [_exactly(text) for text in context[name]]
    numbers: dict[str, list[str]] = {}
    for kind in _KINDS:
        lists = _lists(file, content, kind)
        for name, texts in lists.items():
            if name in entries:
                file.refuse(f"the concept '{name}' is defined twice", f"[{kind}]", f"{name} =")
            entries[name] = texts
        numbers[kind] = list(lists)
    spellings = _table(file, content, "spellings")
    for word, meant in spellings.items():
        if not isinstance(meant, str):
            file.refuse(f"'{word}' has to be a text", "[spellings]", f"{word} =")
    slips = {word: _slip(file, word, value) for word, value in _table(file, content, "slips").items()}
    concepts = _compile(file, entries, (context.get("fillers", []), context["contrasts"]), spellings, slips)

    def all_of(*names: str) -> frozenset[int]:
        return frozenset(concepts.number(name) for kind in names for name in numbers[kind])

    cues = {name: concepts.number(f"context {name}") for name in CUES}
    return concepts, Kinds(
        cues,
        named=all_of("where", "what", "illness", "facts"),
        places=all_of("where"),
        facts=all_of("facts", "illness"),
        complaints=all_of("what", "illness"),
        reports=all_of("what", "illness", "signs"),
        signs=all_of("where", "what", "illness", "facts", "signs"),
        asked_as_true=all_of("facts", "how"),
        illnesses=all_of("illness"),
        circumstances=all_of("how"),
    )


def _exactly(text: str) -> str:
    """Return a phrase that counts only as it stands: "no" and "going" mean what they mean in no other inflection."""
    return " ".join(word if word.startswith(("=", "<")) else f"={word}" for word in text.split())


def _compile(
    file: _File,
    entries: Mapping[str, Sequence[str]],
    small: tuple[Sequence[str], Sequence[str]],
    spellings: Mapping[str, str],
    slips: Mapping[str, Slip],
) -> Concepts:
    """Make concepts of their entries; the first that is wrong is named with its line."""
    try:
        return Concepts(entries, *small, spellings, slips)
    except EntryError:
        for name, texts in entries.items():
            for text in texts:
                try:
                    Concepts({**dict.fromkeys(entries, ()), name: (text,)}, (), (), {}, {})
                except EntryError as error:
                    plain = text.replace("=", "")
                    file.refuse(f"'{name}': {error}", f"{name.removeprefix('context ')} =", text, plain)
        raise


def _table(file: _File, content: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, dict):
        file.refuse(f"'{name}' has to be a table", name)
    return table


def _lists(file: _File, content: Mapping[str, Any], table: str) -> dict[str, list[str]]:
    lists = _table(file, content, table)
    for name, value in lists.items():
        if not isinstance(value, list) or not value or not all(isinstance(entry, str) for entry in value):
            file.refuse(f"'{name}' has to be a list of texts", f"[{table}]", f"{name} =")
    return lists


def _slip(file: _File, word: str, value: object) -> Slip:
    if not isinstance(value, dict) or not value.keys() <= {"means", *_SLIP_LISTS} or "means" not in value:
        file.refuse(f"'{word}' has to say what it means, and may say {', '.join(_SLIP_LISTS)}", "[slips]", f"{word} =")
    return Slip(value["means"], *(frozenset(value.get(name, ())) for name in _SLIP_LISTS))


def _rule_entries(file: _File, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = content.get("rule")
    if not isinstance(entries, list) or not entries:
        file.refuse("there has to be at least one [[rule]]", "rule")
    return entries


def _rule(file: _File, entry: dict[str, Any], position: int, concepts: Concepts) -> Rule:
    name = entry.get("id")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        file.refuse(f"rule {position + 1} needs an id of small letters and hyphens", "[[rule]]")
    where = f'id = "{name}"'
    for key in entry:
        if key not in _RULE_KEYS:
            file.refuse(f"'{key}' is not a key of a rule; the keys are {', '.join(_RULE_KEYS)}", where, key)
    for key in ("level", "title", "text"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            file.refuse(f"rule '{name}' lacks '{key}'", where)
    if entry["level"] not in LEVELS:
        file.refuse(f"'{entry['level']}' is not a level; the levels are {', '.join(LEVELS)}", where, "level")
    fields = {field for _, field, _, _ in string.Formatter().parse(entry["text"]) if field is not None}
    for unknown in sorted(fields - STANDS_FOR.keys()):
        file.refuse(f"{{{unknown}}} is not a number; the numbers are {', '.join(STANDS_FOR)}", where, f"{{{unknown}}}")
    if not isinstance(entry.get("reviewed", ""), str):
        file.refuse("'reviewed' has to be a text such as \"2026-05-01, Dr A. Example\"", where, "reviewed")
    unless = [
        concept for text in _texts(file, entry, "unless", where) for concept in _excluded(file, text, where, concepts)
    ]
    wordings = [_wording(file, text, where, concepts, unless) for text in _texts(file, entry, "wordings", where)]
    if not wordings:
        file.refuse(f"rule '{name}' lacks 'wordings'", where)
    return Rule(
        name,
        entry["level"],
        entry["title"],
        " ".join(entry["text"].split()),
        entry.get("reviewed", ""),
        _sources(file, entry, where),
        tuple(wordings),
        _examples(file, entry, "fires", where),
        _examples(file, entry, "silent", where),
    )


def _texts(file: _File, entry: Mapping[str, Any], key: str, where: str) -> list[str]:
    texts = entry.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        file.refuse(f"'{key}' has to be a list of texts", where, f"{key} =")
    return texts


def _wording(file: _File, text: str, where: str, concepts: Concepts, unless: Sequence[int]) -> Wording:
    """Read a wording: parts joined by " + ", then what excludes it after " - "."""
    signs, *excluded = re.split(r"\s-\s", text)
    needs: list[tuple[int, ...]] = []
    ever: list[bool] = []
    for part in re.split(r"\s\+\s", signs):
        past = part.strip().startswith("{ever ")
        try:
            needs.append(concepts.alternatives(part.strip().replace("{ever ", "{", 1)))
        except EntryError as error:
            file.refuse(str(error), where, f'"{text}"')
        ever.append(past)
    others = [concept for part in excluded for concept in _excluded(file, part, where, concepts)]
    return Wording(tuple(needs), tuple(ever), (*unless, *others), text)


def _excluded(file: _File, text: str, where: str, concepts: Concepts) -> tuple[int, ...]:
    try:
        return concepts.alternatives(text.strip())
    except EntryError as error:
        file.refuse(str(error), where, text)


def _sources(file: _File, entry: Mapping[str, Any], where: str) -> tuple[Source, ...]:
    sources = entry.get("sources")
    if not isinstance(sources, list) or not sources:
        file.refuse(f"rule '{entry['id']}' lacks 'sources': the published guidance it rests on", where)
    for source in sources:
        if not isinstance(source, dict) or not source.keys() <= {"title", "url", "date"} or "title" not in source:
            file.refuse("a source has a title, a url and, where it is known, a date", where, "sources")
        if not str(source.get("url", "")).startswith("https://"):
            file.refuse("a source needs a url that starts with https://", where, "sources")
    return tuple(Source(str(source["title"]), source["url"], str(source.get("date", ""))) for source in sources)


def _examples(file: _File, entry: Mapping[str, Any], key: str, where: str) -> tuple[tuple[str, ...], ...]:
    """Read example conversations: a text is a question, a list is earlier questions and the question."""
    examples = entry.get(key)
    if not isinstance(examples, list) or len(examples) < _FEWEST_EXAMPLES:
        file.refuse(f"rule '{entry['id']}' needs at least {_FEWEST_EXAMPLES} examples in '{key}'", where)
    return tuple((example,) if isinstance(example, str) else tuple(example) for example in examples)


def _try_examples(file: _File, care: CareRules) -> None:
    for rule in care.rules:
        tried = [*((example, True) for example in rule.fires), *((example, False) for example in rule.silent)]
        for example, has_to_fire in tried:
            if (rule in care.screen(example[-1], example[:-1]).fired) != has_to_fire:
                does = "does not fire" if has_to_fire else "fires"
                where = f'id = "{rule.id}"', "fires =" if has_to_fire else "silent =", example[-1]
                file.refuse(f"rule '{rule.id}' {does} on its example \"{example[-1]}\"", *where)
