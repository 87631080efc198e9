#!/usr/bin/env python3
"""The rules of the house that a compiler does not check: layout.py RULE [--root DIR].

Each rule prints one line per finding, `path:line: what is wrong`, and exits 1 if there is any.
docs/architecture.md says why the rules are what they are.
"""
import argparse
import pathlib
import re
import sys

# An arrow may only point down this list. `session` is src/session*.c.
ROOMS = ["base", "diag", "data", "model", "source", "settings", "manifest", "plan", "state", "http",
         "webex", "apply", "report", "session", "cli"]

# What a room may not see although it lies lower: a plan is pure, the API knows no store, and a
# report shows what it is given.
BARRED = {
    "plan": {"source", "state", "http", "webex"},
    "state": {"source", "plan", "manifest"},
    "http": {"source", "plan", "manifest", "state"},
    "webex": {"source", "plan", "manifest", "state"},
    "apply": {"source"},
    "report": {"source", "http", "webex"},
}

# Header (a prefix up to a slash, or a whole name) -> the files of src/ that may include it.
SEAMS = {
    "yaml.h": r"data/yaml[^/]*\.[ch]",
    "cJSON.h": r"data/json_read\.c",
    "cjson/": r"data/json_read\.c",
    "git2.h": r"source/[^/]*\.[ch]",
    "git2/": r"source/[^/]*\.[ch]",
    "sqlite3.h": r"state/sqlite[^/]*\.[ch]",
    "curl/": r"http/[^/]*\.[ch]",
    "openssl/": r"base/hash\.c",
    "microhttpd.h": r"(?!)",
    "libpq-fe.h": r"state/postgresql[^/]*\.[ch]",
}

SYSTEM = re.compile(
    r"(assert|ctype|errno|fcntl|inttypes|limits|locale|math|poll|pthread|setjmp|signal|stdalign|"
    r"stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|unistd|"
    r"dirent|endian|getopt|glob|langinfo|libgen|pwd|wchar|"
    r"(sys|netinet|arpa|linux)/[a-z_]+)\.h")

# Unbounded, or hidden shared state, or no way to see an error. strtol and its like are wrapped
# by base/text.h, time comes through base/clock.h.
BANNED = {
    "sprintf": "snprintf", "vsprintf": "vsnprintf", "strcpy": "memcpy", "strcat": "struct rcn_buffer",
    "stpcpy": "memcpy", "gets": "fgets",
    "atoi": "the number readers of base/text.h", "atol": "the number readers of base/text.h",
    "atof": "the number readers of base/text.h", "strtok": "views", "gmtime": "gmtime_r",
    "localtime": "localtime_r", "ctime": "base/clock.h", "asctime": "base/clock.h",
    "rand": "base/random.h", "srand": "base/random.h", "random": "base/random.h",
    "alloca": "the arena", "tmpnam": "mkstemp", "tempnam": "mkstemp", "mktemp": "mkstemp",
}
# A test may.
SOURCE_BANNED = {
    "strncpy": "memcpy", "strncat": "struct rcn_buffer", "system": "posix_spawn",
    "popen": "posix_spawn", "setenv": "an argument", "putenv": "an argument",
}
# What only the command line may do: the library never prints, never exits (rule 4).
LIBRARY_BANNED = {
    "printf": "a sink or an event", "vprintf": "a sink or an event", "puts": "a sink or an event",
    "putchar": "a sink or an event", "perror": "a diagnostic", "exit": "a status",
    "_exit": "a status", "abort": "a status", "getenv": "the session's environment",
}
LIBRARY_BANNED_NAMES = {"stdout": "a sink or an event", "stderr": "a diagnostic or an event"}

LINES_MAX = 600


def without_comments(text, keep_strings=False):
    """The text with comments (and strings) blanked, every line where it was."""
    def blank(match):
        found = match.group(0)
        if found[0] in "\"'":
            if keep_strings:
                return found
            return found[0] + found[0]
        return " " + "\n" * found.count("\n")
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text,
                  flags=re.S)


def files(root, folders, endings):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in endings:
                yield path, path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def includes(text):
    for number, line in enumerate(without_comments(text, keep_strings=True).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1), match.group(2)


def room_of(inside):
    """The room of a path below src/."""
    if "/" in inside:
        return inside.split("/")[0]
    return "session" if inside.startswith("session") else inside


def direction(root):
    for _, name, text in files(root, ["src"], {".c", ".h", ".def"}):
        room = room_of(name[len("src/"):])
        if room not in ROOMS:
            yield f"{name}:1: no room of this name is known; tests/lint/layout.py has the list"
            continue
        for line, mark, header in includes(text):
            if mark == "<" or (room == "cli" and (root / "src/cli" / header).exists()):
                continue
            if not (root / "src" / header).exists():
                yield f'{name}:{line}: "{header}" is not named from src/ on'
                continue
            other = room_of(header)
            if other not in ROOMS:
                yield f'{name}:{line}: "{header}" is in no room'
            elif ROOMS.index(other) > ROOMS.index(room):
                yield f"{name}:{line}: {room} lies below {other} and may not include \"{header}\""
            elif other in BARRED.get(room, ()):
                yield f"{name}:{line}: {room} may not see {other} (\"{header}\")"


def seams(root):
    for _, name, text in files(root, ["src", "include"], {".c", ".h"}):
        for line, mark, header in includes(text):
            if mark == '"' or header.startswith("reconcile/") or SYSTEM.fullmatch(header):
                continue
            for prefix, allowed in SEAMS.items():
                if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
                    if not name.startswith("src/") or not re.fullmatch(allowed, name[len("src/"):]):
                        yield f"{name}:{line}: <{header}> may be included only by src/{allowed}"
                    break
            else:
                yield f"{name}:{line}: <{header}> is no known system header and has no seam"


def public_only(root):
    for _, name, text in files(root, ["src/cli", "include"], {".c", ".h"}):
        for line, mark, header in includes(text):
            # The command line's own headers stand beside its files, as in any user's program.
            own = name.startswith("src/cli/") and (root / "src/cli" / header).exists()
            if mark == '"' and not own:
                yield f'{name}:{line}: "{header}" is not public; only <reconcile/...> may be seen here'
    for _, name, text in files(root, ["include"], {".h"}):
        for line, mark, header in includes(text):
            if header.startswith("reconcile/") and not (root / "include" / header).exists():
                yield f"{name}:{line}: there is no <{header}>"


def length(root):
    for _, name, text in files(root, ["src", "include", "tests"], {".c", ".h", ".py", ".sh"}):
        lines = text.count("\n")
        if lines > LINES_MAX:
            yield f"{name}:{lines}: {lines} lines; {LINES_MAX} are the most, look for the seam"


def banned(root):
    for _, name, text in files(root, ["src", "tests"], {".c", ".h"}):
        words = dict(BANNED)
        names = {}
        if name.startswith("src/"):
            words.update(SOURCE_BANNED)
        if name.startswith("src/") and not name.startswith("src/cli/"):
            words.update(LIBRARY_BANNED)
            names = LIBRARY_BANNED_NAMES
        call = re.compile(r"(?<![\w.>])(" + "|".join(map(re.escape, words)) + r")\s*\(")
        name_use = re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\b") if names else None
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            for match in call.finditer(line):
                yield f"{name}:{number}: {match.group(1)}(): use {words[match.group(1)]}"
            for match in name_use.finditer(line) if name_use else ():
                yield f"{name}:{number}: {match.group(1)}: use {names[match.group(1)]}"


def markers(root):
    pattern = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
    endings = {".c", ".h", ".def", ".py", ".sh", ".cmake", ".md", ".json", ".yaml", ".txt", ""}
    folders = ["src", "include", "tests", "scripts", "cmake", "docs", "schemas", "examples"]
    for _, name, text in files(root, folders, endings - {""}):
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                yield f"{name}:{number}: unfinished: {line.strip()[:80]}"


def codes(root):
    """Codes are unique, ascending, in their module's range, and all that is used is known; all
    that is known is used."""
    ranges = {"settings": 0, "session": 0, "usage": 0, "data": 1, "manifest": 2, "source": 3, "plan": 4, "state": 5, "api": 6,
              "apply": 7}
    known, numbers = {}, {}
    for _, name, text in files(root, ["src/diag/codes"], {".def"}):
        stem = pathlib.PurePath(name).stem
        last = -1
        for match in re.finditer(r"^RCN_CODE\((\w+),\s*(\d+)\s*,", text, flags=re.M):
            line = text.count("\n", 0, match.start()) + 1
            word, number = match.group(1), int(match.group(2))
            if word in known:
                yield f"{name}:{line}: {word} is also in {known[word]}"
            if number in numbers:
                yield f"{name}:{line}: number {number} is taken by {numbers[number]}"
            if number <= last:
                yield f"{name}:{line}: {number} stands after {last}; codes ascend"
            if number // 100 != ranges.get(stem, -1):
                yield f"{name}:{line}: {number} is outside the range of {stem}"
            known[word] = f"{name}:{line}"
            numbers[number] = word
            last = number
    used = set()
    for _, name, text in files(root, ["src"], {".c", ".h"}):
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            for word in re.findall(r"\bRCN_CODE_(\w+)\b", line):
                used.add(word)
                if word not in known and word not in ("NONE", "") and "##" not in line:
                    yield f"{name}:{number}: RCN_CODE_{word} is in no src/diag/codes/*.def"
    for word in sorted(set(known) - used):
        yield f"{known[word]}: {word} is never reported by anything"


RULES = {"direction": direction, "seams": seams, "public-only": public_only, "length": length,
         "banned": banned, "markers": markers, "codes": codes}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rule", choices=sorted(RULES))
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    arguments = parser.parse_args()
    findings = list(RULES[arguments.rule](arguments.root))
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{arguments.rule}: nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
