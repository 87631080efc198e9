#!/usr/bin/env python3
"""clang-tidy over the sources that a build knows: tidy.py BUILD-DIR [PART/PARTS].

A file that passed is not looked at again until it, any header, its compile command or
.clang-tidy has changed; the stamps are in BUILD-DIR/tidy. PART/PARTS takes every PARTS-th file.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-14"


def main():
    build = pathlib.Path(sys.argv[1])
    part, parts = map(int, (sys.argv[2] if len(sys.argv) > 2 else "0/1").split("/"))
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    common = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for header in sorted([*ROOT.glob("src/**/*.h"), *ROOT.glob("src/**/*.def"),
                          *ROOT.glob("include/**/*.h")]):
        common.update(header.read_bytes())

    todo = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT / "src") and path not in todo:
            digest = common.copy()
            digest.update(entry["command"].encode())
            digest.update(path.read_bytes())
            todo[path] = stamps / digest.hexdigest()
    mine = sorted(todo)[part::parts]
    fresh = [path for path in mine if not todo[path].exists()]

    def look(path):
        done = subprocess.run([TIDY, "--quiet", "-p", str(build), str(path)], cwd=ROOT, text=True,
                              capture_output=True, check=False)
        if done.returncode == 0:
            todo[path].touch()
        return path, done

    failed = 0
    workers = 1 if parts > 1 else os.cpu_count()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for path, done in pool.map(look, fresh):
            if done.returncode != 0:
                failed += 1
                # The findings, not the analyzer's way to each: clang-tidy on the file shows it.
                lines = [line.replace(f"{ROOT}/", "") for line in done.stdout.splitlines()]
                shown = [line for line in lines if " error: " in line] or lines or [done.stderr]
                print("\n".join(shown), flush=True)
    print(f"{len(mine)} files, {len(fresh)} of them looked at, {failed} with findings")
    return 1 if failed or not todo else 0


if __name__ == "__main__":
    sys.exit(main())
