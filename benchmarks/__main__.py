"""`python -m benchmarks [name ...]`: run every benchmark of this folder, or those named, and print what they measured.

A benchmark is a module with `measure() -> list[Figure]`; its figures go into one table. A module with only a `main()`
prints its own.
"""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import time
from types import ModuleType

import benchmarks
from benchmarks.figures import Figure, table


def found(names: list[str]) -> dict[str, ModuleType]:
    """The benchmarks by name; what has nothing to run is not one."""
    known = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    unknown = set(names) - set(known)
    if unknown:
        raise SystemExit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names or known}
    return {name: module for name, module in modules.items() if hasattr(module, "measure") or hasattr(module, "main")}


def main() -> int:
    """Run them one after the other; 1 if a limit was passed, or one failed."""
    figures: list[Figure] = []
    failed: list[str] = []
    for name, module in found(sys.argv[1:]).items():
        began = time.perf_counter()
        print(f"== {name}", flush=True)
        if hasattr(module, "measure"):
            measured = module.measure()
            figures += measured
            print(table(measured))
        elif subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
        print(f"   ({time.perf_counter() - began:.0f} s)\n", flush=True)
    if figures:
        print(table(figures))
    over = [figure.what for figure in figures if figure.within is False]
    for what in over:
        print(f"Over its limit: {what}")
    for name in failed:
        print(f"Failed: {name}")
    return 1 if over or failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
