#!/usr/bin/env python3
"""That layout.py finds what it is there to find: a tree full of offences, and what is said of it."""
import pathlib
import subprocess
import sys
import tempfile

LAYOUT = pathlib.Path(__file__).with_name("layout.py")

# rule, path, text, what must be said (None: nothing)
CASES = [
    ("direction", "src/base/a.c", '#include "plan/plan.h"\n', "base lies below plan"),
    ("direction", "src/plan/a.c", '#include "state/store.h"\n', "plan lies below state"),
    ("direction", "src/plan/b.c", '#include "source/source.h"\n', "plan may not see source"),
    ("direction", "src/webex/a.c", '#include "state/store.h"\n', "webex may not see state"),
    ("direction", "src/apply/a.c", '#include "report/report.h"\n', "apply lies below report"),
    ("direction", "src/apply/b.c", '#include "state/store.h"\n', None),
    ("direction", "src/session.c", '#include "state/store.h"\n', None),
    ("direction", "src/data/a.c", '#include "node.h"\n', "is not named from src/ on"),
    ("direction", "src/data/b.c", '/* #include "cli/x.h" */\n', None),
    ("direction", "src/misc/a.c", "", "no room of this name"),
    ("seams", "src/plan/a.c", "#include <yaml.h>\n", "<yaml.h> may be included only by"),
    ("seams", "src/data/yaml_x.c", "#include <yaml.h>\n", None),
    ("seams", "src/data/json_write.c", "#include <cjson/cJSON.h>\n", "may be included only by"),
    ("seams", "include/reconcile/a.h", "#include <git2.h>\n", "may be included only by"),
    ("seams", "src/base/a.c", "#include <zlib.h>\n", "has no seam"),
    ("seams", "src/base/b.c", "#include <stdio.h>\n#include <sys/stat.h>\n", None),
    ("public-only", "src/cli/a.c", '#include "plan/plan.h"\n', "is not public"),
    ("public-only", "src/cli/b.c", '#include "own.h"\n', None),
    ("public-only", "src/cli/c.c", '#include "base/view.h"\n', "is not public"),
    ("direction", "src/cli/b.c", '#include "own.h"\n', None),
    ("length", "src/base/a.c", "\n" * 601, "601 lines"),
    ("length", "src/base/a.c", "\n" * 600, None),
    ("banned", "src/base/a.c", "int f(void) { return atoi(x); }\n", "atoi()"),
    ("banned", "src/base/b.c", "rcn_atoi(x); /* atoi(x) */ \"atoi(x)\"; a->rand(1);\n", None),
    ("banned", "src/base/c.c", "gmtime_r(a, b); gmtime (a);\n", "gmtime()"),
    ("banned", "src/base/d.c", "exit(1);\n", "exit(): use a status"),
    ("banned", "src/base/e.c", "fputs(a, stderr);\n", "stderr: use"),
    ("banned", "src/cli/a.c", "fputs(a, stderr); exit(1);\n", None),
    ("banned", "tests/unit/a.c", "sprintf(a, b);\n", "sprintf()"),
    ("markers", "src/base/a.c", "/* TO" "DO: later */\n", "unfinished"),
    ("markers", "docs/a.md", "nothing to do\n", None),
    ("codes", "src/diag/codes/data.def", 'RCN_CODE(A, 100, "a", "a")\nRCN_CODE(B, 100, "b", "b")\n',
     "number 100 is taken by A"),
    ("codes", "src/diag/codes/data.def", 'RCN_CODE(A, 200, "a", "a")\n', "outside the range of data"),
    ("codes", "src/data/a.c", "f(RCN_CODE_ABSENT);\n", "RCN_CODE_ABSENT is in no"),
    ("codes", "src/diag/codes/data.def", 'RCN_CODE(A, 100, "a", "a")\n', "never reported"),
]


def main():
    failures = 0
    for rule, path, text, expected in CASES:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for header in ("plan/plan.h", "state/store.h", "source/source.h", "report/report.h",
                           "cli/own.h"):
                (root / "src" / header).parent.mkdir(parents=True, exist_ok=True)
                (root / "src" / header).write_text("")
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
            done = subprocess.run([sys.executable, LAYOUT, rule, "--root", root], text=True,
                                  capture_output=True, check=False)
        good = done.returncode == 0 if expected is None else (
            done.returncode == 1 and expected in done.stdout)
        if not good:
            failures += 1
            print(f"{rule} {path}: expected {expected!r}, got {done.returncode}:\n"
                  f"{done.stdout}{done.stderr}")
    print(f"{len(CASES)} cases, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
