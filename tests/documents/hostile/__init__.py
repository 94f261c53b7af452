"""Files that try to hurt whoever opens them, made at test time: none of them is stored."""

from typing import Final

from tests.documents.hostile import disguises, media, old_office, pdfs, xml, zips
from tests.documents.hostile.case import Case

GROUPS: Final[dict[str, list[Case]]] = {
    "zip": list(zips.CASES),
    "xml": list(xml.CASES),
    "pdf": list(pdfs.CASES),
    "office": list(old_office.CASES),
    "pictures and films": list(media.CASES),
    "disguises": list(disguises.CASES),
}
ALL: Final = [case for cases in GROUPS.values() for case in cases]
CUT: Final[tuple[Case, ...]] = disguises.CUT
