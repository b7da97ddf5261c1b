#!/usr/bin/env bash
# Takes the README's picture of an export again: somebody presses Ctrl+E and Return, and this
# program, ONNX's checker and ONNX Runtime say what they make of the model. The network is the
# ResNet-20 of the templates with the weights that a training starts with. Needs Xvfb, xdotool,
# ImageMagick, and a Python with onnx and onnxruntime (the picture has 1.23.2 and 1.32.0).
# Usage: resources/pictures/export.sh PYTHON [dark|light] [SCALE]
set -euo pipefail
# shellcheck source=../../cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/common.sh"
(($# >= 1)) || fail "Usage: resources/pictures/export.sh PYTHON [dark|light] [SCALE]"
python=$1 theme=${2:-dark} scale=${3:-1}
picture="$root/resources/pictures/export.png"
folder=$(mktemp -d)
# Paths that say nothing of this machine; they go again at the end, so nobody's may lie there.
for place in /tmp/venv /tmp/resnet20; do
    [[ ! -e $place && ! -L $place ]] || fail "$place is there already: take it away first."
done
ln -s "$(dirname "$(dirname "$python")")" /tmp/venv
export DISPLAY=:96 QT_QPA_PLATFORM=xcb QT_SCALE_FACTOR=$scale
export XDG_CONFIG_HOME="$folder/config" XDG_DATA_HOME="$folder/data"
mkdir -p "$XDG_CONFIG_HOME/vitrine"
printf '[export]\npython=%s\n' /tmp/venv/bin/python >"$XDG_CONFIG_HOME/vitrine/settings.ini"
"$root/build/release/bin/vitrine-cli" new --template resnet20 --out /tmp/resnet20 >/dev/null

Xvfb "$DISPLAY" -screen 0 $((1440 * scale))x$((900 * scale))x24 >/dev/null 2>&1 &
screen=$!
window=
trap 'kill $window $screen; rm -rf "$folder" /tmp/resnet20 /tmp/venv' EXIT
sleep 1
"$root/build/release/bin/vitrine" /tmp/resnet20 --size 1440x900 --theme "$theme" \
    2>"$root/build/logs/pictures.log" &
window=$!
sleep 8
xdotool mousemove $((560 * scale)) $((860 * scale)) click 1 # the canvas
sleep 1
xdotool key ctrl+e
sleep 3
id=$(xdotool search --name '^Export an ONNX model$' | tail -1)
xdotool windowfocus "$id" key Return
sleep 30
import -window "$id" "$picture"
mogrify +dither -colors 256 "PNG8:$picture"
