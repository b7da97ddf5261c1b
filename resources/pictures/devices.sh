#!/usr/bin/env bash
# Takes the pictures of the device choice: where there is a GPU, and where there is none. Both are
# told by the run time of CUDA that is emulated for tests; the card's name says so.
# Usage: resources/pictures/devices.sh
set -euo pipefail
# shellcheck source=../../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"
pictures="$root/resources/pictures"

install_packages
build release vitrine vitrine-device emulated_cuda

# Programs find the kernels beside themselves.
beside=$(mktemp -d)
trap 'rm -rf "$beside"' EXIT
cp "$root"/build/release/bin/{vitrine,vitrine-device} "$beside"
cp "$root/build/release/bin/libemulated_cuda.so" "$beside/libvitrine_cuda.so"

# A menu stays on the screen, so that has to be larger than the window.
cat >"$beside/screen.json" <<END
{"synchronousWindowSystemEvents": false, "windowFrameMargins": false, "screens": [{"name": "wide",
 "x": 0, "y": 0, "width": 1600, "height": 1000, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]}
END
export QT_QPA_PLATFORM="offscreen:configfile=$beside/screen.json" EMULATED_CUDA_NAME="Emulated card"

# grab NAME SECONDS [OPTIONS of vitrine]
grab() {
    local name=$1 seconds=$2
    shift 2
    say "$name.png"
    "$beside/vitrine" "$root/projects/digits_lenet" --size 1440x900 --device cuda --train \
        --do train.choose_device --grab "$pictures/$name.png" --after "$seconds" "$@" \
        2>"$root/build/logs/pictures.log"
}

grab device 40 --precision bf16 --show tape --show memory
# Its first call ends with the error number 5 of EmulatedTrouble.
EMULATED_CUDA_TROUBLE="0 5" grab no_device 6 --show problems --theme light
