#!/usr/bin/env bash
# The shared library exports exactly what the public headers declare, and has no data that
# changes: symbols.sh libreconcile.so
set -euo pipefail
library=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

nm --dynamic --defined-only --format=posix "$library" | awk '$2 ~ /[TDBRVWi]/ { print $1 }' |
	sort -u > "$work/exported"
# RCN_PUBLIC stands before each declaration, whose name is the word before the first bracket,
# or before `;`, `[` where it is no function.
cat "$root"/include/reconcile/*.h | tr '\n\t' '  ' | grep -oE 'RCN_PUBLIC [^;(]*[;(]' |
	sed -E 's/\[[^]]*\]//g; s/ *[;(]$//' | grep -oE 'rcn_[a-z0-9_]+$' | sort -u > "$work/declared"

code=0
if [ -n "$(comm -23 "$work/exported" "$work/declared")" ]; then
	echo "exported, but in no public header:"
	comm -23 "$work/exported" "$work/declared" | sed 's/^/  /'
	code=1
fi
if [ -n "$(comm -13 "$work/exported" "$work/declared")" ]; then
	echo "declared RCN_PUBLIC, but not exported:"
	comm -13 "$work/exported" "$work/declared" | sed 's/^/  /'
	code=1
fi
# .data and .bss of our own: local symbols of kinds d and b. `completed.0` and the like are the
# C runtime's; `lock.0` is a static mutex around the one-time set-up of a third-party library.
nm --defined-only --format=posix "$library" |
	awk '$2 ~ /^[dDbB]$/ && $1 !~ /^(completed\.|lock\.|__|_edata|_end|_DYNAMIC|_GLOBAL_OFFSET_TABLE_)/ { print $1 }' \
		> "$work/globals"
# Tables of pointers live in .data.rel.ro, which nm calls d as well: they are read-only.
readonly_tables=$(readelf --wide --sections "$library" |
	awk '{ sub(/^ *\[ */, ""); sub(/\]/, "") } $2 == ".data.rel.ro" { print $1 }')
readelf --wide --symbols "$library" |
	awk -v section="$readonly_tables" 'section != "" && $7 == section { print $8 }' | sort -u > "$work/tables"
mutable=$(sort -u "$work/globals" | comm -23 - "$work/tables")
if [ -n "$mutable" ]; then
	echo "the library has globals that can change:"
	printf '  %s\n' "${mutable//$'\n'/$'\n  '}"
	code=1
fi
echo "$(wc -l < "$work/exported") symbols exported, $(wc -l < "$work/declared") declared"
exit $code
