"""Makes the files of tests/files/documents/corpus and `facts.json` beside them, with real programs:

    python -m tests.documents.corpus.make

LibreOffice (soffice), ffmpeg, poppler (pdfinfo), MediaInfo, Pillow, reportlab, python-pptx, python-docx, openpyxl. What
is true of a file follows from how it was made; pages of PDF files, and size, length and resolution of pictures and
films, are also asked of programs that have nothing to do with ours, and must agree.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from tests.documents.corpus import contents, office, pictures
from tests.documents.corpus.flat_odf import flat
from tests.documents.corpus.oracles import pages_of, size_of
from tests.documents.corpus.recipes import FILMS, IMAGES, OFFICE, Recipe

FOLDER: Final = Path(__file__).parents[2] / "files" / "documents" / "corpus"
FILTERS: Final = {
    "pptx": "Impress MS PowerPoint 2007 XML", "ppt": "MS PowerPoint 97",
    "docx": "MS Word 2007 XML", "doc": "MS Word 97",
    "xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97",
}  # fmt: skip
PDF_FILTERS: Final = {"fodp": "impress_pdf_Export", "fodt": "writer_pdf_Export", "fods": "calc_pdf_Export"}
WRITERS: Final[dict[str, Any]] = {
    "pptx": office.write_pptx, "docx": office.write_docx, "xlsx": office.write_xlsx, "pdf": office.write_pdf,
}  # fmt: skip


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    by_office(OFFICE)
    facts = {recipe.name: facts_of(recipe) for recipe in OFFICE}
    for name, (image, options, size) in IMAGES.items():
        pictures.save(FOLDER / name, image(), **options)
        facts[name] = image_facts(name, size)
    for name, (film, expected) in FILMS.items():
        film(FOLDER / name)
        facts[name] = film_facts(name, expected)
    described = json.dumps(dict(sorted(facts.items())), ensure_ascii=False, indent=1)
    (FOLDER / "facts.json").write_text(described + "\n")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    sys.stderr.write(f"{len(facts)} files, {size:,} bytes\n")


def by_office(recipes: tuple[Recipe, ...]) -> None:
    """Those of LibreOffice in one run for each format, the others by their library."""
    converted: dict[tuple[str, str], list[Path]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for recipe in recipes:
            if recipe.by == "LibreOffice":
                extension, text = flat(recipe.made)
                source = Path(folder) / recipe.type / f"{recipe.stem}.{extension}"
                source.parent.mkdir(exist_ok=True)
                source.write_text(text)
                format = FILTERS.get(recipe.type) or PDF_FILTERS[extension]
                converted[recipe.type, format].append(source)
            else:
                WRITERS[recipe.type](FOLDER / recipe.name, recipe.made)
        for (type, format), sources in converted.items():
            convert(Path(folder), f"{type}:{format}", sources)


def convert(folder: Path, to: str, sources: list[Path]) -> None:
    command = ("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to)
    subprocess.run((*command, "--outdir", FOLDER, *sources), check=True, timeout=600, capture_output=True)


def facts_of(recipe: Recipe) -> dict[str, Any]:
    facts = contents.facts_of(recipe.made, recipe.language, notes=recipe.type != "pdf")
    if recipe.type in ("doc", "docx"):  # laid out anew by each program: no true pages
        del facts["pages"]
        facts["words"] = {"text": [text for part in facts["words"].values() for text in part]}
    if recipe.type == "pdf":
        facts = _of_a_pdf(recipe.name, facts)
    return {"type": recipe.type, "madeBy": recipe.by, **facts, "diagram": recipe.diagram}


def _of_a_pdf(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Slides and sheets are pages there, and notes are left out."""
    pages = facts.pop("slides", None) or facts.pop("sheets", None) or facts["pages"]
    assert pages_of(FOLDER / name) == pages, (name, pages_of(FOLDER / name))
    return {**facts, "pages": pages}


def image_facts(name: str, size: tuple[int, int]) -> dict[str, Any]:
    assert size_of(FOLDER / name)[:2] == size, (name, size_of(FOLDER / name))
    width, height = size
    return {"type": name.rpartition(".")[2], "madeBy": "Pillow", "width": width, "height": height}


def film_facts(name: str, expected: dict[str, Any]) -> dict[str, Any]:
    width, height, seconds = size_of(FOLDER / name)
    assert (width, height) == (expected["width"], expected["height"]), (name, width, height)
    assert expected["duration"] is None or abs(seconds - expected["duration"]) < 0.2, (name, seconds)
    return {"type": "mp4", "madeBy": "ffmpeg", **expected}


if __name__ == "__main__":
    main()
