#!/usr/bin/env bash
# scripts/quickstart, with a build that exists: test_quickstart.sh BUILD-DIR
#
# It runs twice, from another folder, in a hostile environment, and leaves nothing behind.
set -euo pipefail
build=$(realpath "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
	echo "FAILED: $*" >&2
	cat "$work/out" >&2 || true
	exit 1
}
mkdir "$work/tmp"
export TMPDIR=$work/tmp RECONCILE_SKIP_INSTALL=1 RECONCILE_BUILD_DIR=$build
export RECONCILE_API_URL=https://wrong.example/v1 RECONCILE_PATH=nowhere GIT_DIR=$work/no-such
cd /
for run in first second; do
	"$root/scripts/quickstart" > "$work/out" 2>&1 || fail "the $run run"
	grep -q 'The API received 1 update and nothing else.' "$work/out" || fail "$run run: no update"
	grep -q 'Nothing to do' "$work/out" || fail "$run run: no run had nothing to do"
	grep -q 'your own repository' "$work/out" || fail "$run run: it does not say how to go on"
	[ -z "$(ls -A "$work/tmp")" ] || fail "$run run: left $(ls -A "$work/tmp")"
	echo "ok: the $run run"
done
