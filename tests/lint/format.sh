#!/usr/bin/env bash
# Every C file is as clang-format 14 writes it: format.sh [--fix]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -d '' sources < <(find src include tests examples -name '*.[ch]' -print0)
if [ "${1:-}" = --fix ]; then
	exec clang-format-14 -i "${sources[@]}"
fi
if ! clang-format-14 --dry-run -Werror --ferror-limit=3 "${sources[@]}"; then
	echo "tests/lint/format.sh --fix puts it right" >&2
	exit 1
fi
echo "${#sources[@]} files are formatted"
