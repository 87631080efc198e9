#!/usr/bin/env bash
# The command line: usage errors, help, exit codes, JSON. Needs git and jq; no network.
#	test_cli.sh RECONCILE [SIMULATOR]     or RECONCILE_BIN, SIMULATOR_BIN
set -u
bin=${1:-${RECONCILE_BIN:?the program to test}}
simulator=${2:-${SIMULATOR_BIN:-}}
source_folder=${RCN_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
work=$(mktemp -d)
simulator_pid=
trap '[ -z "$simulator_pid" ] || kill "$simulator_pid"; rm -rf "$work"' EXIT
failures=0
checks=0

# Nothing of the machine's own settings may leak in.
for name in $(compgen -e | grep -E '^(RECONCILE_|WEBEX_)' | grep -v '^RECONCILE_BIN$'); do
	unset "$name"
done
unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE GIT_DIR GIT_WORK_TREE
export HOME=$work/home XDG_CONFIG_HOME=$work/home/.config GIT_CONFIG_NOSYSTEM=1
mkdir -p "$HOME"
git config --global user.name Test
git config --global user.email test@example.test
git config --global init.defaultBranch main

fail() {
	failures=$((failures + 1))
	echo "FAIL: $*"
	sed 's/^/    out: /' "$work/out" | head -20
	sed 's/^/    err: /' "$work/err" | head -20
}

# run CODE ARGUMENT…: the exit code must be CODE; output is kept in $work/out and $work/err.
run() {
	local expected=$1 code=0
	shift
	checks=$((checks + 1))
	"$bin" "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
	[ "$code" = "$expected" ] || fail "reconcile $* ended with $code, not $expected"
}
out_has() { checks=$((checks + 1)); grep -qF -- "$1" "$work/out" || fail "standard output lacks: $1"; }
err_has() { checks=$((checks + 1)); grep -qF -- "$1" "$work/err" || fail "standard error lacks: $1"; }
out_is_empty() { checks=$((checks + 1)); [ ! -s "$work/out" ] || fail "standard output is not empty"; }
err_is_empty() { checks=$((checks + 1)); [ ! -s "$work/err" ] || fail "standard error is not empty"; }
json() { checks=$((checks + 1)); jq -e "$1" "$work/out" >/dev/null 2>&1 || fail "JSON: not so: $1"; }

usage_error() { # TEXT ARGUMENT…: code 64, one message that holds TEXT, nothing on standard output
	local text=$1
	shift
	run 64 "$@"
	out_is_empty
	err_has "$text"
	checks=$((checks + 1))
	[ "$(grep -c '^reconcile: ' "$work/err")" = 1 ] || fail "reconcile $*: not one message"
}

# --- wrong usage
usage_error 'did you mean `plan`' plann
usage_error 'unknown command `nonsense-without-likeness`' nonsense-without-likeness
usage_error 'did you mean `--worktree`' plan --worktre
usage_error 'did you mean `--max-deletes`' --max-delete 3
usage_error 'unknown option `-x`' plan -x
usage_error 'unknown option `--max-deletes`' version --max-deletes 3
usage_error 'needs a value' plan --repo
usage_error 'takes no value' plan --worktree=yes
usage_error 'takes no value' plan --help=yes
usage_error 'does not take `extra`' plan extra
usage_error 'the command comes first' --repo /tmp plan
usage_error '`state` needs a command' state
usage_error 'did you mean `state list`' state lst
usage_error 'needs CUSTOMER' state show
usage_error 'needs KEY' state accept
usage_error 'needs KEY' state remove --yes
usage_error 'unknown option `--yes`' state accept --yes x
usage_error 'needs MANIFEST' render
usage_error 'there is no code' explain RCN999999
usage_error 'did you mean `customer`' schema customr
usage_error '\x1b' $'\e[31mred'
run 64 plan --output yaml
run 64 plan --concurrency 5
run 64 apply --concurrency 0

# --- help
commands=(apply plan validate status render config 'state list' 'state show' 'state export'
	'state accept' 'state remove' explain schema version help)
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # two words are two arguments
	run 0 $command --help
	err_is_empty
	out_has "Usage: reconcile $command"
	out_has 'Examples:'
	checks=$((checks + 1))
	longest=$(LC_ALL=C.UTF-8 awk '{ if (length > n) n = length } END { print n }' "$work/out")
	[ "$longest" -le 80 ] || fail "help of $command is $longest columns wide"
	cp "$work/out" "$work/help"
	# shellcheck disable=SC2086
	run 0 help $command
	checks=$((checks + 1))
	cmp -s "$work/out" "$work/help" || fail "help $command and $command --help differ"
done
for arguments in --help -h help 'state --help'; do
	# shellcheck disable=SC2086
	run 0 $arguments
	out_has 'Commands:'
	err_is_empty
done
checks=$((checks + 1))
"$bin" --help | awk '{ if (length > 80) exit 1 }' || fail 'the list of commands is too wide'

# --- what it knows of itself
run 0 version
out_has 'reconcile 0.'
cp "$work/out" "$work/version"
run 0 --version
cmp -s "$work/out" "$work/version" || fail '--version and version differ'
run 0 -V
run 0 version --output json
json '.format_version and .version and .libraries.libcurl and .libraries.sqlite'
run 0 explain
cut -d' ' -f1 "$work/out" >"$work/codes"
while read -r code; do
	run 0 explain "$code"
	out_has "$code: "
done <"$work/codes"
run 0 explain rcn103
out_has RCN103
run 0 schema list
cp "$work/out" "$work/schemas"
while read -r name; do
	run 0 schema "$name"
	json '."$schema"'
	checks=$((checks + 1))
	cmp -s "$work/out" "$source_folder/schemas/$name.schema.json" || fail "schema $name differs"
done <"$work/schemas"
run 0 schema
json '.title'

# --- no repository
mkdir "$work/nothing"
cd "$work/nothing" || exit 1
run 1 plan
out_is_empty
err_has 'RCN300'
run 1 plan --repo "$work/absent"
err_has 'RCN301'
run 1 config
out_has concurrency

# --- a repository
cp -r "$source_folder/examples/acme-telecom" "$work/fleet"
cd "$work/fleet" || exit 1
git init -q . && git add . && git commit -qm 'Our customers'
customers=$("$bin" plan --output json | jq .customers)
run 0 validate
out_has "Valid: $customers customers"
run 0 validate -q
out_is_empty
run 0 validate --output json
err_is_empty
json '.format_version == "1.0" and .valid and .counts.errors == 0 and (.problems | length) == 0'
run 0 plan
out_has "Plan: $customers to create"
run 2 plan --detailed-exitcode
run 0 plan --output=json --repo .
err_is_empty
json '.format_version and (.digest | length == 64) and (.actions | length) == .customers'
digest=$(jq -r .digest "$work/out")
run 0 plan --repo="$work/fleet" --expect-digest "$digest"
run 4 plan --expect-digest "$(printf '0%.0s' {1..64})"
out_is_empty
run 64 plan --expect-digest abc
run 0 plan --color always
out_has $'\e['
NO_COLOR=1 run 0 plan
checks=$((checks + 1))
! grep -q $'\e' "$work/out" || fail 'colours in spite of NO_COLOR'
CLICOLOR_FORCE=1 run 0 plan
out_has $'\e['
CLICOLOR_FORCE=1 NO_COLOR=1 run 0 plan
checks=$((checks + 1))
! grep -q $'\e' "$work/out" || fail 'NO_COLOR did not win'
run 0 apply --dry-run
out_has "Plan: $customers to create"
run 0 -n -q
run 0 -nq
checks=$((checks + 1))
[ ! -e .git/reconcile ] || fail 'a plan wrote a state'
run 0 status
run 0 status --output json
json '.format_version and (.customers | length) == 0'
run 0 state list
run 0 state export
json '.format_version and .records == []'
run 1 state show nobody
err_has 'RCN083'
run 1 state remove nobody --output json
out_is_empty
err_has 'RCN083'
run 1 state accept nobody
err_has 'RCN083'
known=$("$bin" plan --output json | jq -r '.actions[0].key')
run 1 state accept "$known" nobody "$known"
err_has 'RCN085'
err_has 'RCN083'
err_has '2 errors'
run 64 state accept "$known" --state sqlite:relative.db --lock-timeout soon
(cd / && run 1 state remove nobody --state "sqlite:$work/absent.db" && err_has 'RCN083')
checks=$((checks + 1))
[ ! -e .git/reconcile ] && [ ! -e "$work/absent.db" ] || fail 'a state was made to be corrected'
run 0 config --max-changes 7 --output json
json '.settings[] | select(.name == "max_changes") | .value == "7" and .origin == "flag"'
RECONCILE_WAIT=3m run 0 config
out_has 'environment RECONCILE_WAIT'
RECONCILE_WAIT=soon run 3 plan
out_is_empty
run 0 render -- customers/johns-pizza.json
out_has 'customers/johns-pizza.json:'
run 0 render customers/johns-pizza.json --output json
json .

# --- nothing is sent without credentials, or on wrong terms
run 1 --yes
err_has 'RCN601'
run 1 --yes --output json
json '.plan.digest and .result == null'
run 1 --yes --max-changes 1
err_has 'RCN401'
out_is_empty
run 4 --yes --expect-digest "$(printf '0%.0s' {1..64})"
run 0 plan --max-changes 1
err_has 'warning[RCN401]'

# --- standard output that can't be written
if [ -w /dev/full ]; then
	checks=$((checks + 1))
	"$bin" plan >/dev/full 2>"$work/err"
	[ $? = 1 ] || fail 'a full disk went unnoticed'
	err_has 'standard output'
fi
checks=$((checks + 1))
("$bin" plan 2>"$work/err"; echo $? >"$work/code") | true
[ "$(cat "$work/code")" = 0 ] && [ ! -s "$work/err" ] || fail 'a reader that goes away is an error'

# --- invalid manifests: everything at once, exit 3, nothing planned
printf 'externalId: x\nzipcode: 1\n' >customers/broken.yaml
run 3 validate --worktree
out_is_empty
err_has 'customers/broken.yaml:2'
run 3 validate --worktree --output json
err_is_empty
json '(.valid | not) and .counts.errors > 1 and .problems[0].path == "customers/broken.yaml"'
run 3 plan --worktree
out_is_empty
run 3 plan --worktree --log-format json
checks=$((checks + 1))
jq -e '.problems | length > 0' "$work/err" >/dev/null || fail 'problems are not JSON'
run 0 plan
err_has 'RCN312'
git add . && git commit -qm 'A broken one'
run 3 --yes
out_is_empty
run 0 plan --ref HEAD~1

# --- a whole life, against the simulator
if [ -n "$simulator" ]; then
	"$simulator" --port 0 --url-file "$work/url" --provision-time 100 >/dev/null 2>&1 &
	simulator_pid=$!
	for _ in $(seq 100); do
		[ -s "$work/url" ] && break
		sleep 0.1
	done
	RECONCILE_API_URL=$(cat "$work/url")
	export RECONCILE_API_URL RECONCILE_POLL_INTERVAL=50ms WEBEX_ACCESS_TOKEN=secret-token
	git reset -q --hard HEAD~1
	run 5 --yes --no-wait
	out_has 'still busy'
	run 0 --yes --output json
	json '.plan.digest and .result.status == "ok" and .result.counts.failed == 0'
	json ".result.counts.resumed == $customers"
	run 0
	out_has "Nothing to do: $customers customers"
	run 0 plan --detailed-exitcode
	run 0 status --output json
	json "(.customers | length) == $customers and all(.customers[]; .url and .settled)"
	url=$(jq -r '.customers[0].url' "$work/out")
	run 0 status "$url"
	out_has "$url"
	run 0 state export
	json "(.records | length) == $customers and .api_url"
	RECONCILE_API_URL=http://127.0.0.1:1/v1 run 3 plan
	err_has 'RCN081'
	sed -i 's/city: Boston/city: Cambridge/' customers/americas/blue-heron-dental.yaml
	git rm -q customers/johns-pizza.json && git commit -qam 'A change'
	run 0 plan
	out_has '"Boston" → "Cambridge"  customers/americas/blue-heron-dental.yaml:'
	out_has '1 without a manifest'
	run 0 --log-level trace
	out_has '1 updated'
	checks=$((checks + 1))
	! grep -q 'secret-token' "$work/out" "$work/err" || fail 'the token was shown'
	git checkout -q HEAD~1
	run 0 plan
	err_has 'warning[RCN082]'
	run 1
	err_has 'error[RCN082]'
	git checkout -q main
	run 0 --prune --log-format json
	out_has '1 deleted'
	checks=$((checks + 1))
	jq -es 'map(select(.type == "action_ended")) | length == 1' "$work/err" >/dev/null ||
		fail 'the log is not JSON lines with one ended action'
	run 0 status
	checks=$((checks + 1))
	! grep -q Pizza "$work/out" || fail 'a deleted customer is still there'

	# --- the state corrected by hand
	key=$("$bin" status --output json | jq -r '.customers[0].key')
	url=$("$bin" status --output json | jq -r '.customers[0].url')
	count=$("$bin" status --output json | jq '.customers | length')
	run 0 state accept "$key" "$key" --output json
	err_is_empty
	json ".format_version and (.commit | length == 40) and (.accepted | length) == 1"
	json ".accepted[0] | .key == \"$key\" and .url == \"$url\" and (.changed | not)"
	run 1 state remove "$key" nobody
	out_is_empty
	err_has 'RCN083'
	run 0 status --output json
	json "(.customers | length) == $count"
	# A terminal is asked, and silence or a no is a no.
	if command -v script >/dev/null; then
		for answer in n y; do
			checks=$((checks + 1))
			printf '%s\n' "$answer" |
				script -qec "'$bin' state remove '$key'" /dev/null >"$work/out" 2>&1
			code=$?
			out_has 'Forget these records? [y/N]'
			[ "$answer$code" = n1 ] || [ "$answer$code" = y0 ] ||
				fail "answered $answer, state remove ended with $code"
		done
	else
		run 0 state remove "$key"
	fi
	run 1 state show "$key"
	run 0 plan
	out_has 'Plan: 1 to create'
	run 0 --yes --output json
	json '.result.counts.adopted == 1 and .result.counts.created == 0'
	run 0 state remove --yes "$key" --output json
	json ".format_version and (.removed | length) == 1 and .removed[0].url == \"$url\""
	run 0 --yes
	out_has '1 adopted'
	if command -v python3 >/dev/null; then
		for command in 'state accept' 'state remove --yes'; do
			checks=$((checks + 1))
			# shellcheck disable=SC2086 # two words are two arguments
			python3 -c 'import fcntl, subprocess, sys
held = open(".git/reconcile/state.sqlite.lock", "r+")
fcntl.lockf(held, fcntl.LOCK_EX)
sys.exit(subprocess.call(sys.argv[1:]))' "$bin" $command "$key" >"$work/out" 2>"$work/err"
			[ $? = 4 ] || fail "$command in spite of the lock"
			out_is_empty
			err_has 'RCN506'
		done
		# A record that can't be read is in everybody's way, and can be removed.
		python3 -c 'import sqlite3, sys
with sqlite3.connect(".git/reconcile/state.sqlite") as state:
    state.execute("PRAGMA ignore_check_constraints = ON")
    state.execute("UPDATE record SET digest = ? WHERE key = ?", (b"short", sys.argv[1]))' "$key"
		run 1 plan
		err_has 'RCN503'
		run 1 state remove "$key"
		err_has 'RCN086'
		run 0 state remove --yes "$key"
		out_has '(damaged)'
		run 0 --yes
		out_has '1 adopted'
	fi

	kill "$simulator_pid"
	wait "$simulator_pid" 2>/dev/null
	simulator_pid=
	sed -i 's/city: Cambridge/city: Boston/' customers/americas/blue-heron-dental.yaml
	git commit -qam 'Back again'
	run 1
	err_has 'error[RCN'
fi

echo "$checks checks, $failures failures"
[ "$failures" = 0 ]
