"""The child process that parses what strangers upload: `python -m shared.parsing.guard contacts|companies|document FILE
NAME`.

It limits itself before it imports any parser, reads FILE (NAME is what the uploader called it) and writes JSON lines:

    {"type": "progress", "rows", "of"}                          now and then; `of` is an estimate
    {"type": "contacts", "rows": [{"name", "email", "jobTitle", "role", "countries", "states"}, ... at most 250]}
    {"type": "error", "row", "column" | null, "code", "message"}    header is row 1
    {"type": "warning", "row" | null, "column" | null, "code", "message"}
    {"type": "returned", "encoding", "text"}                    of a file with errors: itself with a column of them
    {"type": "end", "rows", "contacts", "errors", "warnings", "encoding", "delimiter",
     "counts": [{"country", "role", "state" | null, "count"}]}  `state` null counts every contact of that country
    {"type": "companies", "rows": [{"row", "facts": {...}, "sameAs"?}
                                   | {"row", "column" | null, "code", "message"}, ... about 250]}
    {"type": "end", "rows"}                                     of a company list
    {"type": "passage", "part": {"kind": "page" | "slide" | "sheet" | "text", "number"}, "text", "terms": [word, ...]}
                                    in order; <= 32 KB and <= 200 different words each; a part may have several, or none
    {"type": "document", "contentType", "title", "author", "contentCreatedAt", "contentModifiedAt", "language",
     "pages", "slides", "sheets", "pictures", "width", "height", "duration", "links": [{"url", "part" | null}],
     "diagram": {"found", "score", "evidence": [{"part" | null, "text", "why"}]} | null, "textLength", "truncated"}
                                    what is not known is null; language is ISO 639-1, pictures a number, width and
                                    height are pixels, duration seconds, score 0 to 1; text <= 1,000,000 characters
    {"type": "picture", "contentType": "image/png", "width", "height", "content": base64}     of the first page, small
    {"type": "rejected", "code", "message"}                     the file as a whole is of no use

A document is its passages, `document`, and a `picture` where one can be drawn: what ends the child after `document` has
spoilt only the picture. Otherwise the last line is `end` or `rejected`. A document is rejected as unknown_type,
type_mismatch, empty_file, encrypted, macros, broken, bomb, unsafe_xml, two_in_one, too_many_pixels or too_much_memory;
the parent (shared/adapters/guarded_parser.py) adds the wall clock, and too_slow, too_much_output and parser_died.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 768 * 1024 * 1024  # bytes of address space
CPU = {"document": 10, "contacts": 60, "companies": 20}  # seconds
FILE_SIZE = 64 * 1024 * 1024  # bytes it may write to any one file; it needs none
OPEN_FILES = 64


def limit_itself(kind: str) -> None:
    """Set the limits, for good: a hard limit cannot be raised again. That of CPU is a second above the soft one, whose
    signal tells the parent what it was; at the hard one the kernel just kills."""
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_CPU, (CPU[kind], CPU[kind] + 1))
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def hush() -> None:
    """Parsers tell of every oddity of a file; nobody here wants to know. Nor need they load all they could."""
    import logging
    import warnings

    logging.disable()
    warnings.simplefilter("ignore")
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it for nothing, where it is there


def parse(kind: str, file: Path, name: str) -> Iterator[dict[str, Any]]:
    """The lines of one file. Whatever the file does to a parser ends in a `rejected` line, never in an exception."""
    import traceback

    read = False
    try:
        for line in _lines(kind, file, name):
            yield line
            read = read or line["type"] == "document"
    except Exception as error:  # noqa: BLE001  the outermost boundary: parsers raise anything at all on damaged files
        traceback.print_exc(limit=-3)
        if read:  # only its picture is missing
            return
        code, message = "broken", "The file is damaged; open it in its program, save it and upload that."
        if isinstance(error, MemoryError) or _memory_ran_out():
            code, message = "too_much_memory", "The file needs more memory than one file may take. Make it smaller."
        yield {"type": "rejected", "code": code, "message": message}


def _memory_ran_out() -> bool:
    """Whether the address space was all but used up: libxml2 then says "unknown error", not MemoryError."""
    status = Path("/proc/self/status")
    peak = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmPeak")]
    return bool(peak) and resource.getrlimit(resource.RLIMIT_AS)[0] == MEMORY and int(peak[0]) * 1024 > MEMORY * 0.9


def _lines(kind: str, file: Path, name: str) -> Iterator[dict[str, Any]]:
    if kind == "contacts":
        from shared.parsing.contacts_csv import parse_contacts

        return parse_contacts(file)
    if kind == "companies":
        from shared.parsing.companies_csv import parse_companies

        return parse_companies(file)
    from shared.parsing.documents.reading import parse_document

    return parse_document(file, name)


def encode(line: dict[str, Any]) -> bytes:
    """One line of output."""
    import orjson

    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def main(kind: str, file: str, name: str) -> None:
    """Parse one file onto standard output."""
    limit_itself(kind)
    hush()
    import orjson  # noqa: F401  what writes the last line must be loaded before a file can use up the memory

    out = sys.stdout.buffer
    for line in parse(kind, Path(file), name):
        out.write(encode(line))
        if line["type"] != "error":
            out.flush()
    out.flush()


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in CPU:
        sys.exit("usage: python -m shared.parsing.guard contacts|companies|document FILE NAME")
    try:
        main(*sys.argv[1:])
    except BrokenPipeError:  # the parent has heard enough
        sys.stderr.close()
        sys.exit(1)
