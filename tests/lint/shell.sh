#!/usr/bin/env bash
# Every shell script passes shellcheck, is executable, and stops at the first error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts=()
while IFS= read -r -d '' path; do
	read -r first < "$path" || true
	case $first in '#!'*sh*) scripts+=("$path") ;; esac
done < <(find .ci scripts tests examples -type f -size -100k -print0)
code=0
# SC2016: jq programs, and messages that hold backquotes, stand in single quotes on purpose.
# SC2015: `test && test || fail`, where fail ends the script, is what is meant.
shellcheck --severity=style --exclude=SC2015,SC2016 "${scripts[@]}" || code=1
for path in "${scripts[@]}"; do
	[ -x "$path" ] || { echo "$path: not executable"; code=1; }
	# A test that counts its failures may go on after one; an unset name never goes unnoticed.
	grep -Eq '^(set -(u|euo pipefail)|exec )' "$path" || { echo "$path: no 'set -euo pipefail'"; code=1; }
done
echo "${#scripts[@]} scripts looked at"
exit $code
