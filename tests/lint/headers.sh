#!/usr/bin/env bash
# Each public header compiles alone, as strict C99 and as C++, twice in a row; and each header of
# src/ compiles alone as what the project is written in, so that includes may stand in any order.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
code=0
warnings=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude)
count=0
try() {
	local what=$1 header=$2
	shift 2
	count=$((count + 1))
	if ! printf '#include <%s>\n#include <%s>\nextern int unused_here;\n' "$header" "$header" | "$@" -; then
		echo "$header: does not compile alone as $what"
		code=1
	fi
}
for path in include/reconcile/*.h; do
	header=${path#include/}
	try C99 "$header" gcc -x c -std=c99 "${warnings[@]}"
	try C++ "$header" clang-14 -x c++ -std=c++11 "${warnings[@]}"
done
flags=$(pkg-config --cflags yaml-0.1 libcurl libcjson libgit2 sqlite3 libcrypto)
while IFS= read -r path; do
	# shellcheck disable=SC2086 # the flags are words
	try gnu17 "${path#src/}" gcc -x c -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only \
		-Iinclude -Isrc $flags
done < <(find src -name '*.h' | sort)
echo "$count compilations"
exit $code
