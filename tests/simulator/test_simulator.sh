#!/usr/bin/env bash
# Starts the real simulator on free ports and checks with curl and jq what its README promises.
# Usage: test_simulator.sh PATH-TO-wholesale-simulator
set -euo pipefail
simulator=$1
work=$(mktemp -d)
pid=
checks=0
failures=0

# A sanitizer's or leak checker's findings show in the exit status.
stop() {
	[ -n "$pid" ] || return 0
	local ended=0
	kill "$pid" 2>/dev/null || true
	wait "$pid" || ended=$?
	check "it ended cleanly" 0 "$ended"
	cat "$work/err"
	pid=
}
trap 'stop; rm -rf "$work"' EXIT

# start [OPTION]...: sets $pid, $base (…/v1) and $books.
start() {
	stop
	rm -f "$work/url"
	"$simulator" --url-file "$work/url" "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	for _ in $(seq 500); do
		[ -s "$work/url" ] && break
		kill -0 "$pid" 2>/dev/null || { cat "$work/err"; echo "the simulator did not start"; exit 1; }
		sleep 0.02
	done
	base=$(cat "$work/url")
	books=${base%/v1}/__simulator
}

# check NAME EXPECTED ACTUAL
check() {
	checks=$((checks + 1))
	if [ "$2" != "$3" ]; then
		failures=$((failures + 1))
		printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
	fi
}

# call METHOD PATH [CURL-OPTION]...: sets $status ($code is curl's own), $work/body, $work/headers.
call() {
	local method=$1 path=$2
	shift 2
	: >"$work/body"
	: >"$work/headers"
	code=0
	status=$(curl -sS -o "$work/body" -D "$work/headers" -w '%{http_code}' -X "$method" --max-time 20 \
		-H 'Authorization: Bearer t' "$@" "$base$path" 2>"$work/curl") || code=$?
}
json() { call "$1" "$2" -H 'Content-Type: application/json' -d "$3"; }
body() { jq -r "$1" "$work/body"; }
book() { curl -sS "$books/$1" | jq -r "$2"; }
header() { sed -n "s/^$1: //Ip" "$work/headers" | tr -d '\r'; }
script() { curl -sS -d "$1" "$books/script" | jq -r '.message // .done'; }

# customer EXTERNAL-ID [JQ-CHANGE]
customer() {
	jq -nc --arg id "$1" '{provisioningId: "p", packages: ["webex_meetings"], externalId: $id,
		address: {addressLine1: "771 Alder Drive", city: "Milpitas", country: "US"},
		customerInfo: {name: "J", primaryEmail: "j@example.com"}}' | jq -c "${2:-.}"
}
create() { json POST /wholesale/customers "$(customer "$@")"; }

# settle ID: until the customer is no longer busy.
settle() {
	for _ in $(seq 200); do
		call GET "/wholesale/customers/$1"
		case $(body .status) in provisioned | provisioned_with_errors | error) return 0 ;; esac
		[ "$status" = 200 ] || return 0
		sleep 0.02
	done
}

location='{name: "Head", address: .address, timezone: "Europe/Berlin", language: "en_us"}'

### the contract
start
check "one line says where" "listening on $base" "$(cat "$work/out")"
refuse() { # NAME JQ-CHANGE FIELD CODE
	create x "$2"
	check "refused: $1" "400 $3 $4" "$status $(body '.errors[0] | "\(.fieldName) \(.errorCode // "-")"')"
}
refuse "unknown field" '.nmae = 1' nmae -
refuse "missing provisioningId" 'del(.provisioningId)' provisioningId 1001
refuse "missing address" 'del(.address)' address 1001
refuse "missing country" 'del(.address.country)' address.country 1001
refuse "country of 4 letters" '.address.country = "\"US\""' address.country 1002
refuse "country in digits" '.address.country = "12"' address.country -
refuse "51 characters" '.address.addressLine2 = "x" * 51' address.addressLine2 1002
refuse "% in the name" '.customerInfo.name = "5%"' customerInfo.name -
refuse "neither orgId nor customerInfo" 'del(.customerInfo)' customerInfo 1001
refuse "wrong type" '.address.zipOrPostalCode = 95035' address.zipOrPostalCode -
refuse "unknown package" '.packages = ["webex_telepathy"]' packages -
refuse "package twice" '.packages = ["webex_meetings", "webex_meetings"]' packages -
refuse "no package" '.packages = []' packages -
refuse "package dependency" '.packages = ["cisco_calling_plan"]' packages -
refuse "calling without location" '.packages = ["webex_calling"]' provisioningParameters.calling 1001
refuse "location without timezone" ".provisioningParameters.calling.location = ($location | del(.timezone))" \
	provisioningParameters.calling.location.timezone 1001
refuse "mainNumber" ".provisioningParameters.calling.location = ($location | .mainNumber = \"1\")" \
	provisioningParameters.calling.location.mainNumber -
refuse "unknown limit" '.provisioningParameters.packages.limits = {cisco_calling_plan: 1}' \
	provisioningParameters.packages.limits.cisco_calling_plan -
refuse "limit as text" '.provisioningParameters.packages.limits = {webex_voice: "1"}' \
	provisioningParameters.packages.limits.webex_voice -
check "nothing was made" 0 "$(book customers '.customers | length')"
create x 'del(.provisioningId, .externalId)'
check "all problems at once" 2 "$(body '.errors | length')"
check "tracking id in header and body" "$(header TrackingID)" "$(body .trackingId)"
create x '.address.addressLine1 = "ü" * 50'
check "50 characters are counted as characters" 202 "$status"
create all ".packages = [\"common_area_calling\", \"webex_calling\", \"webex_meetings\", \"webex_suite\",
	\"webex_voice\", \"cx_essentials\", \"webex_calling_standard\", \"cisco_calling_plan\",
	\"attendant_console\", \"cx_premium_agent\", \"cx_standard_agent\", \"cx_voice_ports\",
	\"cx_ai_assistant\", \"webex_ai_agent\"] | .provisioningParameters.calling.location = $location"
check "all 14 packages" 202 "$status"
create attached 'del(.customerInfo) | .orgId = "abc"'
check "an existing organisation needs no customerInfo" 202 "$status"

syntax() { json POST /wholesale/customers "$2"; check "no JSON: $1" 400 "$status"; }
syntax "duplicate key" '{"externalId":"a","externalId":"b"}'
syntax "escaped duplicate key" '{"externalId":"a","external\u0049d":"b"}'
syntax "leading zero" '{"externalId":01}'
syntax "trailing comma" '{"a":[1,]}'
syntax "control character" $'{"a":"\x01"}'
syntax "no UTF-8" $'{"a":"\xff"}'
syntax "two values" '{} {}'
syntax "NUL" '{"a":"\u0000"}'
syntax "array" '[]'
syntax "empty" ''
syntax "deep" "$(printf '[%.0s' $(seq 1000))"
call POST /wholesale/customers -H 'Content-Type: application/xml' -d "$(customer y)"
check "wrong content type" 415 "$status"
call POST /wholesale/customers -H 'Content-Type: application/json; charset=utf-8' -d "$(customer charset)"
check "charset is taken" 202 "$status"
head -c 1100000 /dev/zero | tr '\0' ' ' >"$work/large"
call POST /wholesale/customers -H 'Content-Type: application/json' --data-binary "@$work/large"
check "a body over 1 MiB" 413 "$status"
call GET '/wholesale/customers?page=2'
check "unknown query parameter" 400 "$status"
call GET '/wholesale/customers?max=1&max=2'
check "query parameter twice" 400 "$status"
call GET '/wholesale/customers?max=0'
check "max of 0" 400 "$status"
call GET '/wholesale/customers?externalId=%zz'
check "malformed query" 400 "$status"
call PATCH /wholesale/customers
check "unknown method" "405 GET, POST" "$status $(header Allow)"
call GET /wholesale/nothing
check "unknown path" 404 "$status"
status=$(curl -sS -o "$work/body" -w '%{http_code}' "$base/wholesale/customers")
check "no token" "401 401 GTWY_" "$status $(body '"\(.code) \(.trackingId[0:5])"')"

### the life of a customer
# Busy for as long as the checks need it, then settled by hand: no check depends on how fast we are.
start --provision-time 60000
settled() { curl -sS -d '{"status":"provisioned"}' "$books/customers/$id" >/dev/null; }
setting() { curl -sS -d "$1" "$books/settings" | jq -r '.message // .done'; }
create acme '.address.stateOrProvince = "CA"'
check "accepted" 202 "$status"
url=$(body .url)
check "Location and url agree" "$url" "$(header Location)"
id=${url##*/}
check "the id is what ids are" "ciscospark://us/ENTERPRISE/" \
	"$(printf '%s==' "$id" | tr -- -_ +/ | base64 -d 2>/dev/null | cut -c1-27)"
call GET "/wholesale/customers/$id"
check "busy first, without orgId" '200 provisioning false' "$status $(body '"\(.status) \(has("orgId"))"')"
json PUT "/wholesale/customers/$id" '{"packages":["webex_meetings"]}'
check "PUT while busy" 409 "$status"
create acme
check "second POST of an externalId" 409 "$status"
settled
call GET "/wholesale/customers/$id"
check "provisioned, with orgId" 'provisioned true webex_meetings provisioned' \
	"$(body '"\(.status) \(has("orgId")) \(.resourceDetails.packages[0] | "\(.name) \(.status)")"')"
check "never returned" 'null null null' "$(body '"\(.customerInfo) \(.provisioningId) \(.provisioningParameters)"')"
call GET "/wholesale/customers/$id?includePackageLicenseInfo=true"
check "licence ids when asked for" 1 "$(body '.resourceDetails.packages[0].licenseIds | length')"
json PUT "/wholesale/customers/$id" '{"packages":["webex_meetings"],"customerInfo":{"name":"a"}}'
check "PUT takes no customerInfo" "400 customerInfo" "$status $(body '.errors[0].fieldName')"
json PUT "/wholesale/customers/$id" '{"packages":["webex_calling"]}'
check "PUT with a calling package wants a location" 400 "$status"
json PUT "/wholesale/customers/$id" '{"packages":["cx_voice_ports"],"externalId":"acme2"}'
check "PUT" 202 "$status"
call GET "/wholesale/customers/$id"
check "updating" updating "$(body .status)"
settled
call GET "/wholesale/customers/$id"
check "only what was given is set" 'acme2 CA cx_voice_ports' \
	"$(body '"\(.externalId) \(.address.stateOrProvince) \(.packages | join(","))"')"
call GET '/wholesale/customers?externalId=acme'
check "the old key is free" 0 "$(body '.items | length')"
check "settings" true "$(setting '{"provisionTime":100,"visibleAfter":100}')"
create timed
timed=$(body .url)
settle "${timed##*/}"
check "time settles it" "provisioned true" "$(body '"\(.status) \(has("orgId"))"')"
for _ in $(seq 200); do call GET '/wholesale/customers?externalId=timed'; [ "$(body '.items | length')" = 1 ] && break; sleep 0.02; done
check "time shows it" timed "$(body '.items[0].externalId')"
call DELETE "/wholesale/customers/$id"
check "DELETE: no body, no Location" "202 0 " "$status $(wc -c <"$work/body") $(header Location)"
for _ in $(seq 200); do call GET "/wholesale/customers/$id"; [ "$status" = 404 ] && break; sleep 0.02; done
check "gone" 404 "$status"
check "the books remember it" 'true acme 1 1' \
	"$(book customers '.customers[0] | "\(.gone) \(.body.externalId) \(.updates) \(.deletes)"')"
json POST /wholesale/customers/validate '{"address":{"addressLine1":"a","city":"b","country":"US"}}'
check "precheck" "200 success 100" "$status $(body '"\(.message) \(.info[0].infoCode)"')"
json POST /wholesale/customers/validate '{"address":{"addressLine1":"a","city":"b","country":"US"},"customerInfo":{"primaryEmail":"a@b","language":"en"}}'
check "the precheck's customerInfo has no language" 400 "$status"

### lists
start --provision-time 0 --page-max 4
for i in 1 2 3 4 5 6 7 8 9; do create "c$i"; done
json POST '/wholesale/customers?onBehalfOfSubPartnerOrgId=sub%3D' "$(customer 'od&d =1')"
call GET '/wholesale/customers?max=50&status=provisioned'
check "max is quietly lowered" 4 "$(body '.items | length')"
pages=1
next=$(header Link | sed -n 's/^<\(.*\)>; rel="next"$/\1/p')
keys=$(body '[.items[].externalId] | join(" ")')
while [ -n "$next" ] && [ $pages -lt 9 ]; do
	curl -sS -D "$work/headers" -o "$work/body" -H 'Authorization: Bearer t' "$next"
	keys="$keys $(body '[.items[].externalId] | join(" ")')"
	next=$(header Link | sed -n 's/^<\(.*\)>; rel="next"$/\1/p')
	pages=$((pages + 1))
done
check "pages follow each other" "3 c1 c2 c3 c4 c5 c6 c7 c8 c9 od&d =1" "$pages $keys"
call GET '/wholesale/customers?externalId=od%26d+%3D1'
check "lookup is exact" 'od&d =1' "$(body '.items[].externalId')"
call GET '/wholesale/customers?externalId=C1'
check "lookup minds the case" 0 "$(body '.items | length')"
call GET '/wholesale/customers?onBehalfOfSubPartnerOrgId=sub%3D'
check "a sub-partner's customers" 1 "$(body '.items | length')"
call GET '/wholesale/customers?externalId=c1&status=error'
check "filters are joined by AND" 0 "$(body '.items | length')"
call GET '/wholesale/customers?externalId=c1&status=error&status=provisioned'
check "status may be repeated" 1 "$(body '.items | length')"
curl -sS -d '{"subscribers":3}' "$books/customers/c2" >/dev/null
call GET "/wholesale/subscribers?max=2&customerId=$(book 'customers?externalId=c2' '.customers[0].id')"
check "subscribers" '2 c2' "$(body '"\(.items | length) \(.items[0].externalCustomerId)"')"
check "subscribers have pages too" 1 "$(header Link | grep -c offset=2)"
curl -sS -d '{"status":"error","packages":["webex_voice"],"address":{"city":"B"}}' "$books/customers/c3" >/dev/null
call GET '/wholesale/customers?externalId=c3'
check "changed behind our back" 'error webex_voice B' \
	"$(body '.items[0] | "\(.status) \(.packages[0]) \(.address.city)"')"
start --page-links no --page-max 1 --visible-after 60000 --seed-file <(echo '[{"externalId":"old","packages":["webex_meetings"],"status":"error"}]')
create fresh
call GET '/wholesale/customers?externalId=fresh'
check "a new customer is not to be seen yet" 0 "$(body '.items | length')"
call GET '/wholesale/customers'
check "seeded customer, no Link" 'old error ' "$(body '.items[0] | "\(.externalId) \(.status)"') $(header Link)"

### faults
start --provision-time 0 --journal "$work/journal"
fault() { check "script is taken" true "$(script "[$1]")"; }
fault '{"when":{"call":"create"},"do":{"drop":"before"}}'
create f1
check "dropped before the work" "52 0" "$code $(book customers '.customers | length')"
fault '{"when":{"call":"create","externalId":"f*","nth":1},"do":{"drop":"after"}}'
create f2
check "dropped after the work" "52 1" "$code $(book 'customers?externalId=f2' '.customers | length')"
create f2
check "the second time it answers" 409 "$status"
fault '{"when":{"call":"create"},"do":{"drop":"after","reset":true}}'
create f3
check "reset after the work" "56 1" "$code $(book 'customers?externalId=f3' '.customers | length')"
fault '{"do":{"truncate":"headers"}}'
create f4
check "cut inside the headers, work done" "0 0 1" \
	"$(grep -c '^.$' "$work/headers") $(wc -c <"$work/body") $(book 'customers?externalId=f4' '.customers | length')"
fault '{"do":{"truncate":"body","truncateAt":5}}'
create f5
check "cut inside the body" '18 {"url' "$code $(cat "$work/body")"
fault '{"do":{"truncate":"body","truncateAt":100000}}'
call GET '/wholesale/customers?externalId=f5'
check "Content-Length too long" 18 "$code"
fault '{"when":{"call":"get","nth":2,"times":2},"do":{"status":429,"headers":{"Retry-After":"rand(30),add(30)"},"body":""}}'
sequence=
for _ in 1 2 3 4; do call GET /wholesale/customers/x; sequence="$sequence $status"; [ "$status" = 429 ] && retry=$(header Retry-After); done
check "second and third only" " 404 429 429 404" "$sequence"
check "Retry-After in free text" "rand(30),add(30)" "$retry"
fault '{"when":{"call":"create","nth":1,"each":"customer"},"do":{"status":503}}'
sequence=
for key in g1 g2 g1 g2; do create $key; sequence="$sequence $status"; done
check "the first of each customer" " 503 503 202 202" "$sequence"
fault '{"when":{"call":"create"},"do":{"status":500,"work":true}}'
create f6
check "500 after the work" "500 1" "$status $(book 'customers?externalId=f6' '.customers | length')"
fault '{"do":{"status":200,"headers":{"Content-Type":"text/html"},"body":"<html>{externalId}</html>"}}'
call GET '/wholesale/customers?externalId=h'
check "HTML" 'text/html <html>h</html>' "$(header Content-Type) $(cat "$work/body")"
fault '{"do":{"raw":"rubbish\r\n\r\n"}}'
call GET /wholesale/customers
check "no HTTP at all" 1 "$((code != 0))"
fault '{"do":{"huge":3000000}}'
call GET /wholesale/customers
check "a huge body is good JSON" "3000000 0" "$(wc -c <"$work/body") $(body '.items | length')"
fault '{"do":{"drip":{"bytes":3,"ms":5}}}'
call GET '/wholesale/customers?externalId=none'
check "a dripping answer comes whole" '0 {"items":[]}' "$code $(cat "$work/body")"
fault '{"do":{"chunked":true}}'
call GET '/wholesale/customers?externalId=none'
check "chunked" 'chunked {"items":[]}' "$(header Transfer-Encoding) $(cat "$work/body")"
fault '{"do":{"location":false,"url":"https://evil.example/v1/wholesale/customers/{id}"}}'
create f7
check "url elsewhere, no Location" "https://evil.example/v1/wholesale/customers/$(book 'customers?externalId=f7' '.customers[0].id') " \
	"$(body .url) $(header Location)"
fault '{"when":{"call":"create"},"do":{"location":false,"url":false}}'
create f8
check "202 that says nothing" '202 {} ' "$status $(cat "$work/body") $(header Location)"
fault '{"do":{"delay":1000}}'
call GET /wholesale/customers --max-time 0.3
check "delayed" 28 "$code"
check "and not blocking the books" 0 "$(curl -sS --max-time 0.9 "$books/counts" >/dev/null; echo $?)"
fault '{"when":{"call":"create"},"do":{"outcome":{"status":"provisioned_with_errors","through":[{"status":"pending_rpl_review","ms":0}],"warnings":[{"package":"webex_meetings","errorCode":2560,"description":"later"}]}}},
	{"when":{"call":"update"},"do":{"outcome":{"status":"error","errors":[{"errorCode":10022,"description":"taken"}]}}}'
create out
id=$(body .url); id=${id##*/}
settle "$id"
# shellcheck disable=SC2016 # $p is jq's
check "degraded: the reason is a package's warning" 'provisioned_with_errors error 2560 null' \
	"$(body '.resourceDetails.packages[0] as $p | "\(.status) \($p.status) \($p.warnings[0].errorCode) \($p.errors)"')"
json PUT "/wholesale/customers/$id" '{"packages":["webex_meetings"]}'
settle "$id"
check "error with its code" 'error 10022' "$(body '"\(.status) \(.errors[0].errorCode)"')"
script '[]' >/dev/null
json PUT "/wholesale/customers/$id" '{"packages":["webex_meetings"]}'
settle "$id"
check "a PUT starts a failed customer again" 'provisioned null' "$(body '"\(.status) \(.errors)"')"
check "wrong scripts are refused" "rule 1: unknown key dorp in do" "$(script '[{"do":{"dorp":1}}]')"
check "no files by HTTP" "rule 1: bodyFile is a file name, and only for --script" "$(script '[{"do":{"bodyFile":"/etc/passwd"}}]')"
for _ in $(seq 200); do [ "$(book counts .inFlight)" = 0 ] && break; sleep 0.02; done
check "the journal has a line for each request and each answer" "$(book counts '.requests * 2')" \
	"$(jq -s length "$work/journal")"

### the books
start --duplicate-policy allow --provision-time 0
create twin
create twin
check "duplicates are counted" '["twin"] ["twin"] 2' "$(book counts '"\(.duplicates) \(.duplicatesEver) \(.calls.create.statuses["202"])"')"
check "two ids" 2 "$(book customers '[.customers[].id] | unique | length')"
check "requests are remembered" 'create twin 202 twin 1' \
	"$(book 'requests?call=create&externalId=twin' '.requests[0] | "\(.call) \(.externalId) \(.status) \(.body.externalId) \(.inFlight)"')"
check "numbers as they were written" '1e2' "$(json POST /wholesale/customers '{"a":1e2}'; curl -sS "$books/requests?since=2" | grep -o '"a":1e2' | cut -c5-)"
curl -sS -X POST "$books/reset" >/dev/null
check "reset" '0 0' "$(book counts '"\(.requests) \(.customers.live)"')"

### rate and latency
start --rate 5 --burst 3 --provision-time 0
sequence=
for _ in 1 2 3 4; do call GET /wholesale/customers; sequence="$sequence $status"; done
check "beyond the burst" " 200 200 200 429" "$sequence"
check "Retry-After in seconds" 1 "$(header Retry-After)"
start --latency 300 --provision-time 0
curl -sS --parallel --parallel-immediate --parallel-max 40 -H 'Authorization: Bearer t' -o /dev/null \
	"$base/wholesale/customers?max=[1-40]" 2>/dev/null || true
check "those who wait don't hold up each other" 1 "$(book counts 'if .maxInFlight >= 20 then 1 else .maxInFlight end')"

### tokens
start --token good --client-id i --client-secret 's&' --refresh-token r
call GET /wholesale/customers
check "unknown token" 401 "$status"
token() { curl -sS -w '%{http_code}' -o "$work/body" "$base/access_token" "$@"; }
grant() { token -d grant_type=refresh_token -d "client_id=$1" --data-urlencode "client_secret=$2" -d "refresh_token=$3"; }
check "wrong secret" 401 "$(grant i wrong r)"
check "wrong refresh token" 400 "$(grant i 's&' no)"
check "JSON is no form" 415 "$(token -H 'Content-Type: application/json' -d '{}')"
check "refresh" 200 "$(grant i 's&' r)"
check "its answer" 'Bearer 1209599 r' "$(body '"\(.token_type) \(.expires_in) \(.refresh_token)"')"
bearer=$(body .access_token)
with() { curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" "$base/wholesale/customers"; }
check "both tokens work" "200 200" "$(with good) $(with "$bearer")"
script '[{"when":{"call":"list","nth":1},"do":{"expireTokens":true}}]' >/dev/null
check "all tokens expire" "401 401" "$(with good) $(with "$bearer")"
grant i 's&' r >/dev/null
check "a new one works" 200 "$(with "$(body .access_token)")"
check "no secret in the books" 0 "$(curl -sS "$books/requests" | grep -c -e 's%26' -e simulated- -e Bearer)"

### the process
start --latency 60000
curl -sS -o /dev/null --max-time 20 -H 'Authorization: Bearer t' "$base/wholesale/customers" 2>/dev/null &
waiting=$!
for _ in $(seq 200); do [ "$(book counts .inFlight)" = 1 ] && break; sleep 0.02; done
stop
answered=0
wait "$waiting" || answered=$?
check "those who wait are answered at the end" 0 "$answered"
check "wrong usage" 64 "$("$simulator" --prot 1 2>/dev/null; echo $?)"
check "a wrong script stops the start" 1 "$("$simulator" --script <(echo '[{"do":{"drop":"maybe"}}]') 2>/dev/null; echo $?)"
check "standard input closes" 0 "$(timeout 20 "$simulator" --exit-with-stdin </dev/null >/dev/null; echo $?)"
check "help" 1 "$("$simulator" --help | grep -c -- --provision-time)"

echo "$checks checks, $failures failures"
[ "$failures" -eq 0 ]
