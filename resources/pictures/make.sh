#!/usr/bin/env bash
# Takes the pictures of the README again, with the window itself: no display is needed.
# Usage: resources/pictures/make.sh
set -euo pipefail
# shellcheck source=../../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"
pictures="$root/resources/pictures"
export QT_QPA_PLATFORM=offscreen

# grab NAME PROJECT SECONDS [OPTIONS of vitrine]
grab() {
    local name=$1 project=$2 seconds=$3
    shift 3
    say "$name.png"
    "$root/build/release/bin/vitrine" "$root/projects/$project" --size 1440x900 \
        --grab "$pictures/$name.png" --after "$seconds" "$@" 2>"$root/build/logs/pictures.log"
}

install_packages
build release vitrine
grab training digits_lenet 6 --train --show gradients --show tape
grab stopped digits_lenet 6 --run-to pool1 --show value --show memory
grab data digits_lenet 12 --train --show data --show layers --theme light
grab exploding digits_exploding 8 --train --stop-at-nan --show gradients --show value --show tape
