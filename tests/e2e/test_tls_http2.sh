#!/usr/bin/env bash
# Over TLS and HTTP/2: test_tls_http2.sh RECONCILE SIMULATOR
#
# nghttpx stands in front of the simulator with a certificate of our own authority. An apply that
# trusts the authority goes through over HTTP/2 and few connections; one that trusts another
# authority, or none of ours, is refused before a request (and with it the token) is sent.
set -euo pipefail
program=$(realpath "$1")
server=$(realpath "$2")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
pids=()
stop() {
	local code=$?
	for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
	for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
	if [ $code -ne 0 ]; then
		tail -n 20 "$work"/*.log >&2 2> /dev/null || true
	fi
	rm -rf "$work"
	exit $code
}
trap stop EXIT
fail() {
	echo "FAILED: $*" >&2
	exit 1
}
for tool in nghttpx openssl git jq curl; do
	command -v "$tool" > /dev/null || fail "$tool is missing; scripts/install-packages test"
done

for name in "${!RECONCILE_@}" "${!WEBEX_@}"; do unset "$name"; done
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
export HOME=$work XDG_CONFIG_HOME=$work/.config GIT_CONFIG_NOSYSTEM=1
export NO_PROXY=localhost,127.0.0.1 no_proxy=localhost,127.0.0.1
export WEBEX_ACCESS_TOKEN=tls-test-token RECONCILE_POLL_INTERVAL=20ms RECONCILE_WAIT=60s

# An authority, a certificate for localhost, and an authority that has nothing to do with it.
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
		-keyout "$work/$1.key" -out "$work/$1.pem" 2> "$work/openssl.log"
}
authority ours
authority another
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
	-keyout "$work/server.key" -out "$work/server.csr" 2>> "$work/openssl.log"
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' > "$work/extensions"
openssl x509 -req -in "$work/server.csr" -CA "$work/ours.pem" -CAkey "$work/ours.key" \
	-CAcreateserial -days 2 -extfile "$work/extensions" -out "$work/server.pem" 2>> "$work/openssl.log"

"$server" --port 0 --url-file "$work/url" --provision-time 50 > "$work/simulator.log" 2>&1 &
pids+=($!)
for _ in $(seq 200); do
	[ -s "$work/url" ] && break
	sleep 0.05
done
[ -s "$work/url" ] || fail "the simulator did not start"
plain=$(head -n 1 "$work/url")
books=${plain%/v1}/__simulator
behind=${plain#http://}
behind=${behind%/v1}
ask() { curl -fsS --noproxy '*' "$@"; }

# nghttpx can't be asked for a free port: try some until it stays up and answers.
port=
for _ in $(seq 20); do
	try=$((20000 + RANDOM % 12000))
	nghttpx --frontend="127.0.0.1,$try" --backend="${behind%:*},${behind#*:}" --workers=1 \
		--no-ocsp --conf=/dev/null --accesslog-file="$work/access" \
		--accesslog-format='$alpn $remote_port $method $path $status $http_user_agent' \
		--errorlog-file="$work/nghttpx-error.log" \
		"$work/server.key" "$work/server.pem" > "$work/nghttpx.log" 2>&1 &
	proxy=$!
	for _ in $(seq 100); do
		kill -0 "$proxy" 2> /dev/null || break
		if ask --cacert "$work/ours.pem" "https://127.0.0.1:$try/__simulator/counts" \
			> /dev/null 2>&1; then
			port=$try
			break
		fi
		sleep 0.05
	done
	if [ -n "$port" ]; then
		pids+=("$proxy")
		break
	fi
	kill "$proxy" 2> /dev/null || true
	wait "$proxy" 2> /dev/null || true
done
[ -n "$port" ] || fail "nghttpx did not start"
url=https://127.0.0.1:$port/v1
ask --data "{\"publicUrl\": \"$url\"}" -H 'Content-Type: application/json' "$books/settings" > /dev/null

cp -R "$root/examples/acme-telecom" "$work/repository"
cd "$work/repository"
git -c init.defaultBranch=main init --quiet
git -c user.name=T -c user.email=t@example.invalid add .
git -c user.name=T -c user.email=t@example.invalid commit --quiet --message "Our customers"

# Refused: another authority, and the system's own.
requests() { ask "$books/counts" | jq .requests; }
refused() {
	local what=$1 code=0
	shift
	"$program" apply --yes --api-url "$url" "$@" > "$work/out.log" 2> "$work/err.log" || code=$?
	[ $code -eq 1 ] || fail "$what: exit code $code"
	[ "$(requests)" = 0 ] || fail "$what: a request was sent"
	grep -qi certificate "$work/err.log" || fail "$what: the message does not speak of the certificate"
	echo "ok: $what is refused, and nothing was sent"
}
refused "a certificate of another authority" --ca-file "$work/another.pem"
refused "a certificate of an unknown authority"

# Trusted: everything goes through, over HTTP/2.
"$program" apply --yes --api-url "$url" --ca-file "$work/ours.pem" --log-level debug \
	--log-format json > "$work/out.log" 2> "$work/err.log" || fail "the apply failed"
# nghttpx's own record: what ALPN agreed on, for each request but this script's (curl's).
grep -v ' curl/' "$work/access" | grep ' /v1/' > "$work/requests" || fail "nghttpx saw no request"
if grep -v '^h2 ' "$work/requests"; then
	fail "these requests did not come over HTTP/2"
fi
connections=$(awk '{ print $2 }' "$work/requests" | sort -u | wc -l)
[ "$connections" -le 4 ] || fail "$connections connections were made for $(wc -l < "$work/requests") requests"
echo "ok: all $(wc -l < "$work/requests") requests came over HTTP/2, on $connections connection(s)"
live=$(ask "$books/counts" | jq '.customers.live')
stored=$("$program" status --output json |
	jq --arg url "$url/" '[.. | objects | select(has("url")) | .url | select(startswith($url))] | length')
[ "$live" -gt 0 ] || fail "no customer was made"
[ "$live" = "$stored" ] || fail "$live customers were made, $stored URLs of $url are stored"
[ "$(ask "$books/counts" | jq '.duplicatesEver | length')" = 0 ] || fail "a customer was made twice"
echo "ok: $live customers were made, and their URLs are stored"

before=$(requests)
"$program" apply --yes --api-url "$url" --ca-file "$work/ours.pem" > "$work/out.log" 2> "$work/err.log"
[ "$(requests)" = "$before" ] || fail "a second run sent something"
echo "ok: a second run sent nothing"
if grep -rqa tls-test-token "$work/out.log" "$work/err.log" "$work/repository/.git"; then
	fail "the token is in a log or in the state"
fi
echo "ok: the token is in no log and not in the state"
