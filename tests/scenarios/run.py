#!/usr/bin/env python3
"""Runs scenarios: run.py [--bless] [--program FILE] [--simulator FILE] [--keep] [NAME...]

A scenario is a folder that a person can read: a story in scenario.txt, perhaps a repo/ and a
faults.json, and expected.txt, which holds all that was printed, each exit code, what the API
received and what the state remembers. README.md beside this file describes them. --bless writes
expected.txt anew: read the difference before you commit it.
"""
import argparse
import difflib
import pathlib
import sys
import tempfile

import story

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    build = ROOT / "build/release"
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--bless", action="store_true", help="write expected.txt")
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder")
    parser.add_argument("--program", type=pathlib.Path, default=build / "src/reconcile")
    parser.add_argument("--simulator", type=pathlib.Path,
                        default=build / "tests/simulator/wholesale-simulator")
    arguments = parser.parse_args()
    names = arguments.names or sorted(path.parent.name for path in HERE.glob("*/scenario.txt"))
    failed = []
    for name in names:
        if not run_one(HERE / name, arguments):
            failed.append(name)
    if len(names) > 1:
        print(f"{len(names)} scenarios, {len(failed)} failed{': ' if failed else ''}"
              + " ".join(failed))
    return 1 if failed else 0


def run_one(folder, arguments):
    work = pathlib.Path(tempfile.mkdtemp(prefix="scenario-"))
    teller = story.Story(folder, work, arguments.program.resolve(), arguments.simulator.resolve())
    try:
        got = teller.tell()
    except story.Wrong as wrong:
        print(f"{folder.name}: {wrong}")
        return False
    finally:
        teller.close(keep=arguments.keep)
    expected = folder / "expected.txt"
    for offence in teller.offences:
        print(f"{folder.name}: {offence}")
    if arguments.bless:
        changed = not expected.exists() or expected.read_text(encoding="utf-8") != got
        expected.write_text(got, encoding="utf-8")
        print(f"{folder.name}: {'blessed' if changed else 'as it was'}")
        return not teller.offences
    if not expected.exists():
        print(f"{folder.name}: there is no expected.txt; look at this, then run with --bless\n{got}")
        return False
    difference = list(difflib.unified_diff(expected.read_text(encoding="utf-8").splitlines(),
                                           got.splitlines(), "expected", "got", lineterm=""))
    print("\n".join(difference) if difference else f"{folder.name}: as expected")
    return not difference and not teller.offences


if __name__ == "__main__":
    sys.exit(main())
