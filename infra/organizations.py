"""Puts organizations into the store the environment names; the first of them is the vendor.

    python -m infra.organizations --kind vendor --name "The Vendor" --country US --tenant-id <the directory's id>
    python -m infra.organizations organizations.json

The file is a list like demo/organizations.json: `name`, `kind` ("partner" or "vendor"), `country`, `tenantId`, and
perhaps `id` and `locations`. Everything is checked before anything is written; who is there already stays as it is,
and a command that was interrupted is sent again. Run it where the settings are, with `az login` done and the
operator's role given (docs/operations.md). The vendor's administrators can add partners too, at /organizations.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from shared import bootstrap
from shared.domain.errors import NotPossible, Unreadable
from shared.domain.organizations.commands import SeedOrganization
from shared.services.organizations.files import read_organizations
from shared.services.ports import StoreUnavailable
from shared.settings import SettingsError


class Refused(Exception):
    """What to mend, and before it, a line each, what was done until then."""


async def add(commands: Iterable[SeedOrganization]) -> list[str]:
    """One line for each organization: added, or there already. Raises Refused."""
    services = await bootstrap.services()
    wanted = [_with_the_vendors_id(command, services.settings.vendor_organization_id) for command in commands]
    said = []
    for command in wanted:
        try:
            added = await services.organizations.put(command)
        except NotPossible as reason:
            raise Refused("\n".join([*said, f"{command.id or command.name}: {reason.detail}"])) from None
        said.append(f"{command.id or command.name}: {'added' if added else 'there already'}")
    return said


def _with_the_vendors_id(command: SeedOrganization, vendor_id: str) -> SeedOrganization:
    """There is one vendor, and the settings name it. Raises Refused."""
    if command.kind == "vendor":
        if command.id not in (None, vendor_id):
            raise Refused(f"{command.name}: the vendor's id is {vendor_id!r}; VENDOR_ORGANIZATION_ID says so")
        return command.model_copy(update={"id": vendor_id})
    if command.id == vendor_id:
        raise Refused(f"{command.name}: {vendor_id!r} is the vendor's id; VENDOR_ORGANIZATION_ID says so")
    return command


def read(arguments: Sequence[str]) -> list[SeedOrganization]:
    """The organizations of the command line. Raises Refused; SystemExit for a command line that is none."""
    parser = argparse.ArgumentParser(prog="python -m infra.organizations", description="Add organizations.")
    parser.add_argument("file", nargs="?", type=Path, help="a JSON list of organizations, instead of the options")
    parser.add_argument("--kind", help="partner, or vendor: the one that runs the programme")
    parser.add_argument("--name")
    parser.add_argument("--country", help="two letters, such as FR")
    parser.add_argument("--tenant-id", dest="tenantId", help="the directory its people sign in through")
    parser.add_argument("--id", help="letters, digits, hyphens; without one it follows from the directory")
    options = vars(parser.parse_args(arguments))
    file: Path | None = options.pop("file")
    given = {name: value for name, value in options.items() if value is not None}
    if (file is None) == (not given):
        parser.error("give a file, or --kind, --name, --country and --tenant-id")
    try:
        return read_organizations(orjson.dumps([given]) if file is None else file.read_bytes())
    except (Unreadable, OSError) as error:
        raise Refused(str(error)) from None


async def _main(commands: Sequence[SeedOrganization]) -> None:
    try:
        sys.stdout.write("\n".join(await add(commands)) + "\n")
    finally:
        await bootstrap.close()


def main(arguments: Sequence[str]) -> int:
    """The exit code; what is refused is said on stderr."""
    try:
        asyncio.run(_main(read(arguments)))
    except (Refused, SettingsError, StoreUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
