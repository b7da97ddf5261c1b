#!/usr/bin/env bash
# Takes the pictures of the device choice: on a machine with a GPU, and on one without. The GPU is
# the emulated one of the tests, and the pictures say so; the other machine has no driver.
# Usage: resources/pictures/devices.sh
set -euo pipefail
# shellcheck source=../../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"
pictures="$root/resources/pictures"
export QT_QPA_PLATFORM=offscreen EMULATED_CUDA_NAME="Emulated GPU"

install_packages
build release vitrine vitrine-device emulated_cuda

# Programs find the kernels beside themselves.
beside=$(mktemp -d)
trap 'rm -rf "$beside"' EXIT
cp "$root"/build/release/bin/{vitrine,vitrine-device} "$beside"
cp "$root/build/release/bin/libemulated_cuda.so" "$beside/libvitrine_cuda.so"

# grab PROGRAM NAME SECONDS [OPTIONS of vitrine]
grab() {
    local program=$1 name=$2 seconds=$3
    shift 3
    say "$name.png"
    "$program" "$root/projects/digits_lenet" --size 1440x900 --grab "$pictures/$name.png" \
        --after "$seconds" "$@" 2>"$root/build/logs/pictures.log"
}

grab "$beside/vitrine" device 40 --device cuda --precision bf16 --train --show tape --show memory \
    --do train.choose_device
grab "$root/build/release/bin/vitrine" no_device 6 --device cuda --train --show problems \
    --theme light --do train.choose_device
