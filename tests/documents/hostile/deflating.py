"""Megabytes that deflate to kilobytes, made in no time: one deflated piece, over and over."""

from __future__ import annotations

import struct
import zlib
from typing import Final

PIECE: Final = 1_000_000
_ADLER: Final = 65_521


def raw(megabytes: int, byte: int = 0) -> bytes:
    """That many million equal bytes, deflated without a header."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = deflate.compress(bytes([byte]) * PIECE) + deflate.flush(zlib.Z_FULL_FLUSH)
    return piece * megabytes + b"\x03\x00"


def wrapped(megabytes: int, byte: int = 0) -> bytes:
    """The same as zlib writes it, with its header and the right checksum."""
    size = megabytes * PIECE
    low = (1 + byte * size) % _ADLER
    high = (size + byte * size * (size + 1) // 2) % _ADLER
    return b"\x78\xda" + raw(megabytes, byte) + struct.pack(">HH", high, low)
