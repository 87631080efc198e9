#!/usr/bin/env bash
# cppcheck over the sources: cppcheck.sh BUILD-DIR. Its cache is in BUILD-DIR/cppcheck.
set -euo pipefail
build=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p "$build/cppcheck"
# Suppressed, because it is not what cppcheck takes it for:
#   missingIncludeSystem    system headers are not given to it
#   unusedFunction          not asked for: it sees one file at a time
#   constParameter*, constVariable*   style; -Wcast-qual and review decide
#   variableScope           style
#   unknownMacro            cmocka and pkg-config's macros
#   normalCheckLevelMaxBranches   says only that it stopped early
exec cppcheck --quiet --std=c11 --language=c --platform=unix64 -j 2 \
	--enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	--suppress=missingIncludeSystem --suppress=unknownMacro \
	--suppress=normalCheckLevelMaxBranches \
	--cppcheck-build-dir="$build/cppcheck" \
	-D_GNU_SOURCE -D__GNUC__=12 -DRCN_VERSION='"0"' -Isrc -Iinclude \
	--template='{file}:{line}: {severity}: {message} [{id}]' \
	src
