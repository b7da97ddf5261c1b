#!/usr/bin/env bash
# A million random clicks, keys, drags, wheels and resizes on the real window under the address and
# undefined-behaviour sanitizers, with leak detection. About half an hour to an hour.
# Usage: tests/integration/random_events.sh [EVENTS] [SEED]
set -euo pipefail
# shellcheck source=../../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"

install_packages
build asan tst_gui.integration.random_events
export QT_QPA_PLATFORM=offscreen VITRINE_EVENTS=${1:-1000000} VITRINE_SEED=${2:-1}
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 ASAN_OPTIONS=detect_leaks=1
exec "$root/build/asan/bin/tst_gui.integration.random_events" -maxwarnings 0
