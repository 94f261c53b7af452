"""A container as Cosmos DB is asked to make it, from the index data the embedded store is made from too.

`infra/` reads the same `containers.json`; these definitions are what a test compares it with, and what creates the
containers on a local server.
"""

from __future__ import annotations

from typing import Any

from shared.adapters.containers import Container

# An organization's documents outgrow the 20 GB of one logical partition (the vendor's do first), a document never does.
PARTITION_KEY = ("/organizationId", "/id")


def definition(container: Container) -> dict[str, Any]:
    """The container's resource body: id, partition key, indexing policy."""
    return {
        "id": container.name,
        "partitionKey": {"paths": list(PARTITION_KEY), "kind": "MultiHash", "version": 2},
        "indexingPolicy": indexing_policy(container),
    }


def indexing_policy(container: Container) -> dict[str, Any]:
    """Only what is asked for is indexed: every other path would be paid for with each write."""
    paths = [f"/{field}/?" for field in ("organizationId", "id", *container.fields)]
    paths += ["/search/?"] * container.search + ["/terms/[]/?"] * container.terms
    return {
        "indexingMode": "consistent",
        "automatic": True,
        "includedPaths": [{"path": path} for path in paths],
        "excludedPaths": [{"path": "/*"}, {"path": '/"_etag"/?'}],
        "compositeIndexes": [
            [{"path": f"/{field}", "order": "ascending"} for field in fields] for fields in composite_indexes(container)
        ],
    }


def composite_indexes(container: Container) -> list[tuple[str, ...]]:
    """The fields of each. It serves its exact reverse too, so descending lists need none of their own."""
    lists = [("organizationId", *fields, "id") for fields in container.indexes]
    return [("organizationId", "id"), *lists, *((field, "organizationId", "id") for field in container.due)]


def list_order(container: Container, order_by: str, equal: frozenset[str]) -> tuple[str, ...] | None:
    """What a list by (`order_by`, id) with `equal` fields fixed must be ordered by for one composite index to hold it
    in its order; None if there is no such index."""
    if order_by == "id":
        return ("organizationId", "id")
    for fields in sorted(container.indexes, key=len, reverse=True):
        if fields[-1] == order_by and equal.issuperset(fields[:-1]):
            return ("organizationId", *fields, "id")
    return None
