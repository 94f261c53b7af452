"""The file of reference data: our own, or the operator's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import orjson
from pydantic import ValidationError

from shared.domain.errors import Unreadable
from shared.domain.offers import reference
from shared.domain.offers.reference import Reference
from shared.domain.validation import field_errors

OURS: Final = Path(reference.__file__).with_suffix(".json")


def read_reference(file: Path = OURS) -> Reference:
    """Raises Unreadable, which names everything that is wrong with the file."""
    try:
        return Reference.model_validate(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{file} is not JSON: {error.msg} at line {error.lineno}") from None
    except ValidationError as error:
        wrong = "\n".join(f"{each.field or 'all of it'}: {each.message}" for each in field_errors(error))
        raise Unreadable(f"{file} is not reference data of offers.\n{wrong}") from None
