"""A file's text becomes Documents; whatever the parser throws becomes a Diagnostic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from reconciler.diagnostic import Diagnostic, Severity
from reconciler.manifest.reader import Reader, Stop, new_parser

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.document import Document
    from reconciler.manifest.source_text import SourceText

# libyaml ends lines at these too, YAML 1.2 and we do not.
_FOREIGN_BREAKS = "\x85\u2028\u2029"
_PRIVATE_USE = range(0xF0000, 0xFFFFD)
_WORDING = {
    "found character that cannot start any token": "this character cannot start a value",
    "mapping values are not allowed in this context": '": " is not allowed here',
    "could not find expected ':'": 'expected ":" after the key',
    "did not find expected ',' or ']'": 'expected "," or "]" in the brackets that are open here',
    "did not find expected ',' or '}'": 'expected "," or "}" in the braces that are open here',
    "did not find expected node content": "expected a value",
    "did not find expected comment or line break": "expected the end of the line",
    "did not find expected hexdecimal number": "expected hexadecimal digits",
    "found invalid Unicode character escape code": "this escape is not a character",
    "found incompatible YAML document": "expected YAML 1.2",
    "did not find expected key": "expected a key at this indentation",
    "did not find expected '-' indicator": 'expected "- " at this indentation',
    "did not find expected <document start>": "expected --- or the end of the file",
    "found unknown escape character": "unknown escape in a double-quoted string",
}


def parse(
    source: SourceText, make_parser: Callable[[str], Any] = new_parser
) -> tuple[list[Document], list[Diagnostic]]:
    """All documents of a file and what is wrong with its YAML, in the order of the file.

    After a syntax error the rest of the file is unknown; the documents before it count.
    """
    text, restore = _shielded(source.text)
    reader = Reader(source, restore)
    try:
        _run(reader, make_parser(text))
    except Stop:
        pass
    except yaml.MarkedYAMLError as error:
        reader.diagnostics.append(_syntax_error(source, reader, error))
    except Exception:  # the parsers also raise ValueError, IndexError, OverflowError, ...
        message = "this file is not valid YAML"
        reader.diagnostics.append(_error(source, len(source.text), message))
    return reader.documents, reader.diagnostics


def _run(reader: Reader, parser: Any) -> None:
    try:
        reader.run(parser.get_event)
    finally:
        parser.dispose()


def _shielded(text: str) -> tuple[str, dict[int, str] | None]:
    """Text whose foreign line breaks are other characters, and the table that restores them."""
    if text.isascii() or not any(mark in text for mark in _FOREIGN_BREAKS):
        return text, None
    used = set(text)
    unused = (code for code in _PRIVATE_USE if chr(code) not in used)
    restore = dict(zip(unused, _FOREIGN_BREAKS, strict=False))
    return text.translate({ord(mark): code for code, mark in restore.items()}), restore


def _syntax_error(source: SourceText, reader: Reader, error: yaml.MarkedYAMLError) -> Diagnostic:
    problem, context = str(error.problem), str(error.context)
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark else 0
    opened = error.context_mark
    if opened and "quoted scalar" in context and problem == "found unexpected end of stream":
        return _error(source, opened.index, "this quote is never closed")
    if "flow" in context and at >= len(source.text.rstrip()) and reader.open_collection is not None:
        return _error(source, reader.open_collection, "this bracket is never closed")
    if source.text[at : at + 1] == "\t":
        return _error(source, at, "a tab: indent with spaces")
    message = next((text for key, text in _WORDING.items() if problem.startswith(key)), problem)
    return _error(source, at, message)


def _error(source: SourceText, index: int, message: str) -> Diagnostic:
    where = source.location(index)
    return Diagnostic(Severity.ERROR, "invalid-yaml", message, where)
