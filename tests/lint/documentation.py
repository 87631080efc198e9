#!/usr/bin/env python3
"""What the documentation names exists: documentation.py PROGRAM.

Each `reconcile COMMAND` and each `--flag` beside it in README.md, CONTRIBUTING.md, docs/ and
examples/ is known to the program's own help, and each relative link leads to a file.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Words that follow the program's name in prose.
PROSE = {"itself", "knows"}


def help_of(program, *words):
    done = subprocess.run([program, *words, "--help"], text=True, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def main():
    program = sys.argv[1]
    overview = help_of(program)
    if not overview:
        print("reconcile --help fails")
        return 1
    helps, problems, commands = {}, [], 0
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")),
             *sorted((ROOT / "examples").rglob("*.md"))]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        name = page.relative_to(ROOT).as_posix()
        for match in re.finditer(r"\]\(([^)#\s]+)(#[^)]*)?\)", text):
            target = match.group(1)
            if "://" not in target and not target.startswith("mailto:"):
                if not (page.parent / target).exists():
                    line = text.count("\n", 0, match.start()) + 1
                    problems.append(f"{name}:{line}: the link to {target} leads nowhere")
        # Code: fenced blocks and `spans`.
        code = re.findall(r"```[^\n]*\n(.*?)```|`([^`\n]+)`", text, flags=re.S)
        for snippet in (block or span for block, span in code):
            for line in snippet.splitlines():
                line = line.split("  #")[0]
                for words in re.findall(r"(?:^|[\s;&|(]|build/release/src/)reconcile((?:\s+[^\s;&|)]+)+)",
                                        line):
                    parts = words.split()
                    command = parts[0] if re.fullmatch(r"[a-z]+", parts[0]) else None
                    if command in PROSE:
                        continue
                    commands += 1
                    key = (command,) if command else ()
                    if key not in helps:
                        helps[key] = help_of(program, *key)
                    if helps[key] is None or (command and not re.search(rf"\b{command}\b", overview)):
                        problems.append(f"{name}: `reconcile {command}` is no command")
                        continue
                    everything = overview + helps[key]
                    for flag in re.findall(r"(--[a-z][a-z-]*)", words):
                        if not re.search(rf"{flag}\b", everything):
                            problems.append(f"{name}: `{flag}` of `reconcile{words}` is in no help")
    for problem in problems:
        print(problem)
    print(f"{commands} commands in {len(pages)} pages looked at")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
