#!/usr/bin/env bash
# Takes the README's pictures of imported networks again: somebody chooses a photograph in Draw and
# steps a prediction, with mouse and keys. Models and photograph are too large to lie here: PyTorch
# 2.15 wrote torchvision's ResNet-50 and MobileNetV3-Large (fresh weights, torch.manual_seed(0),
# opset 20), `vitrine-cli import --project` made projects of them; the cat is "Chelsea" by Stéfan van
# der Walt (CC0), from scikit-image. Needs Xvfb, xdotool and ImageMagick.
# Usage: resources/pictures/imported.sh RESNET50.vitrine MOBILENET.vitrine PHOTOGRAPH.png
set -euo pipefail
# shellcheck source=../../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"
pictures="$root/resources/pictures"
export DISPLAY=:97 QT_QPA_PLATFORM=xcb

# press X Y: a click, and time for what follows it
press() {
    xdotool mousemove "$1" "$2" click 1
    sleep 2
}

# grab NAME PROJECT STEPS PHOTOGRAPH [OPTIONS of vitrine]
grab() {
    local name=$1 project=$2 steps=$3 photograph=$4
    shift 4
    say "$name.png"
    "$root/build/release/bin/vitrine" "$project" --size 1440x900 --show data \
        --grab "$pictures/$name.png" --after 30 "$@" 2>"$root/build/logs/pictures.log" &
    sleep 7
    press 260 606 # Draw
    press 21 861  # Choose a picture file
    xdotool type "$photograph"
    xdotool key Return
    sleep 3
    press 280 830 # Step through the prediction
    sleep 4
    for ((step = 0; step < steps; ++step)); do
        xdotool key F10
        sleep 0.5
    done
    wait $!
    mogrify +dither -colors 256 "PNG8:$pictures/$name.png"
}

(($# == 3)) || fail "Usage: resources/pictures/imported.sh RESNET50 MOBILENET PHOTOGRAPH"
Xvfb "$DISPLAY" -screen 0 1440x900x24 >/dev/null 2>&1 &
screen=$!
trap 'kill $screen' EXIT
sleep 1
grab imported_resnet50 "$1" 4 "$3"
grab imported_mobilenet_v3 "$2" 6 "$3" --theme light
