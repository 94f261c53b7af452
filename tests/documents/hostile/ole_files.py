"""Writes compound files (MS-CFB, version 3), the wrapping of old Office files, streams as given."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

SECTOR: Final = 512
MINI: Final = 64
CUTOFF: Final = 4_096
FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


class _Node:
    def __init__(self, name: str, content: bytes | None = None) -> None:
        self.name = name
        self.content = content
        self.children: list[int] = []
        self.start, self.size = END, 0


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file; a name with slashes lies in storages of those names."""
    nodes = _tree(streams)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = bytearray(), list[int]()
    for node in nodes[1:]:
        if node.content is not None:
            node.size = len(node.content)
            if 0 < node.size < CUTOFF:
                node.start = _chain(mini_fat, -(-node.size // MINI))
                mini += node.content.ljust(-(-node.size // MINI) * MINI, b"\0")
            elif node.size:
                node.start = _store(sectors, fat, node.content)
    nodes[0].size = len(mini)
    nodes[0].start = _store(sectors, fat, bytes(mini)) if mini else END
    mini_start = _store(sectors, fat, _packed(mini_fat)) if mini_fat else END
    directory = _store(sectors, fat, b"".join(map(_entry, nodes, range(len(nodes)), [nodes] * len(nodes))))
    return _header(fat, sectors, directory, mini_start, -(-len(mini_fat) // 128)) + b"".join(sectors)


def _tree(streams: Mapping[str, bytes]) -> list[_Node]:
    nodes = [_Node("Root Entry")]
    places: dict[str, int] = {"": 0}
    for path, content in streams.items():
        *folders, name = path.split("/")
        parent = ""
        for folder in folders:
            inner = f"{parent}/{folder}"
            if inner not in places:
                places[inner] = _attach(nodes, places[parent], _Node(folder))
            parent = inner
        _attach(nodes, places[parent], _Node(name, content))
    return nodes


def _attach(nodes: list[_Node], parent: int, node: _Node) -> int:
    nodes.append(node)
    nodes[parent].children.append(len(nodes) - 1)
    return len(nodes) - 1


def _chain(fat: list[int], length: int) -> int:
    start = len(fat)
    fat.extend([*range(start + 1, start + length), END])
    return start


def _store(sectors: list[bytes], fat: list[int], content: bytes) -> int:
    pieces = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
    sectors.extend(pieces)
    return _chain(fat, len(pieces))


def _packed(entries: list[int]) -> bytes:
    padded = entries + [FREE] * (-len(entries) % 128)
    return struct.pack(f"<{len(padded)}L", *padded)


def _entry(node: _Node, at: int, nodes: list[_Node]) -> bytes:
    """Siblings in a list instead of a balanced tree: every reader walks it."""
    parent = next((each for each in nodes if at in each.children), None)
    later = parent.children[parent.children.index(at) + 1 :] if parent else []
    name = node.name.encode("utf-16-le") + b"\0\0"
    kind = 5 if at == 0 else 1 if node.content is None else 2
    right, child = (later[0] if later else NONE), (node.children[0] if node.children else NONE)
    head = name.ljust(64, b"\0") + struct.pack("<HBBLLL", len(name), kind, 1, NONE, right, child)
    return head + bytes(16 + 4 + 8 + 8) + struct.pack("<LQ", node.start if kind != 1 else 0, node.size)


def _header(fat: list[int], sectors: list[bytes], directory: int, mini: int, mini_sectors: int) -> bytes:
    """Adds the FAT's own sectors; up to 109 of them, which is 7 MB of content."""
    count = 1
    while (len(fat) + count) > count * 128:
        count += 1
    assert count <= 109
    first = len(fat)
    fat.extend([FAT] * count)
    table = _packed(fat)
    sectors.extend(table[at : at + SECTOR] for at in range(0, len(table), SECTOR))
    places = [*range(first, first + count)] + [FREE] * (109 - count)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    numbers = (0, count, directory, 0, CUTOFF, mini, mini_sectors, END, 0)
    return head + struct.pack("<9L", *numbers) + struct.pack("<109L", *places)
