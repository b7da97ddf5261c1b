#!/usr/bin/env bash
# Runs inside of a fresh root, as its root: see try.sh.
set -euo pipefail
log=/try/log
person=/home/person
failures=0
export DEBIAN_FRONTEND=noninteractive

# check WORDS COMMAND...: runs it and says how it went; all output goes to the log.
check() {
    local words=$1
    shift
    printf '\n== %s\n' "$words" >>"$log"
    if "$@" >>"$log" 2>&1; then
        printf 'ok      %s\n' "$words"
    else
        printf 'FAILED  %s\n' "$words"
        tail -n 8 "$log" | sed 's/^/        /'
        failures=$((failures + 1))
    fi
}

# as_person COMMAND: in a shell of its own, in its home, with nothing of ours in the environment.
# xdg-open asks what the desktop uses, which is gio in most; without a desktop it looks at contents alone.
as_person() {
    runuser -u person -- env --ignore-environment HOME=$person USER=person PATH=/usr/local/bin:/usr/bin:/bin \
        LC_ALL=C.UTF-8 XDG_CURRENT_DESKTOP=GNOME DISPLAY="${DISPLAY:-}" XDG_RUNTIME_DIR=/run/person bash -c "cd && $1"
}

install() { apt-get -q -y install --no-install-recommends "$@"; }
end_windows() { pkill -TERM -u person -x vitrine || true; for _ in $(seq 600); do pgrep -u person -x vitrine >/dev/null || return 0; sleep 0.1; done; return 1; }

# within SECONDS COMMAND...: tries it until it succeeds.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [[ $SECONDS -lt $end ]] || return 1
        sleep 0.2
    done
}

has_title() { xwininfo -display "$display" -root -tree | grep --quiet -- "$1"; }
# A window has hundreds of colours, an empty screen has one.
is_drawn() { import -display "$display" -window root "$1" && [[ $(identify -format %k "$1") -gt 100 ]]; }

# seen NAME TITLE COMMAND: opens a window with the title, of which a picture is kept, and ends it.
seen() {
    local picture=/try/pictures/$1.png title=$2 status=0 opener
    DISPLAY="$display" as_person "$3" &
    opener=$!
    within 120 has_title "$title" && within 120 is_drawn "$picture" || status=1
    sleep 3 # what is told after the first picture
    is_drawn "$picture" || status=1
    end_windows || status=1
    wait "$opener" || true # not for the display, which stays
    return $status
}

# sums: of everything that is the person's.
sums() { (cd $person && find mine .config/vitrine .local/share/vitrine -type f -exec sha256sum {} + | sort -k 2); }
is_unchanged() { diff /try/before <(sums); }
kind_is() { as_person "gio info --attributes standard::content-type '$1'" | grep --line-regexp "  standard::content-type: $2"; }
opener_is_ours() { [[ $(as_person "xdg-mime query default '$1'") == vitrine.desktop ]]; }
nothing_is_left() { ! find / -xdev \( -path /proc -o -path /try -o -path /home \) -prune -o -iname '*vitrine*' -print | grep .; }
nothing_of_nvidia() { ! { dpkg --listfiles vitrine && dpkg-query --show --showformat='${Depends}' vitrine; } | grep -iE 'libcu|nvidia'; }
same_weights() { cmp $person/mine/first/weights.safetensors "$person/mine/$1/weights.safetensors"; }

check "apt" apt-get -q update
check "a display, and what opens files" install xvfb x11-utils imagemagick xdg-utils libglib2.0-bin desktop-file-utils procps
useradd --create-home person
mkdir -p /run/person && chown person /run/person && chmod 700 /run/person
# It takes a number that is free, and tells it.
Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>/try/display >/dev/null 2>&1 &
xvfb=$!
trap 'kill $xvfb' EXIT
for _ in $(seq 300); do [[ ! -s /try/display ]] || break; sleep 0.1; done
display=:$(cat /try/display)

check "the version before is installed" install /try/earlier.deb
check "vitrine --help without a display" as_person "vitrine --help | grep 'PROJECT'"
check "vitrine --version without a display" as_person "vitrine --version"
check "an example is copied" as_person "mkdir mine && cp -r /usr/share/vitrine/projects/digits_lenet mine"
check "an example is trained in the terminal" \
    as_person "vitrine-cli train mine/digits_lenet --epochs 1 --threads 2 --out mine/first"
check "what it learnt is measured" \
    as_person "vitrine-cli eval mine/digits_lenet --weights mine/first/weights.safetensors"
check "a run is broken off" \
    as_person "timeout --signal INT 8 vitrine-cli train mine/digits_lenet --epochs 40 --out mine/stopped; test \$? = 124 -o \$? = 130"
check "the window" seen window "digits_lenet" "vitrine mine/digits_lenet --train"
sums >/try/before

check "it is upgraded" install /try/vitrine.deb
check "runs, projects and settings are as before the upgrade" is_unchanged
check "the processes that it starts are there" test -x /usr/lib/vitrine/vitrine-decode -a -x /usr/lib/vitrine/vitrine-device
check "a picture is decoded by one of them, and answered" \
    as_person "convert -size 28x28 xc:black mine/black.png && vitrine-cli infer mine/digits_lenet --weights mine/first/weights.safetensors --input mine/black.png --top 3"
check "what there is to compute with, without cuBLASLt" as_person "vitrine-cli devices | grep '^cuBLASLt  *not found'"
check "nothing of NVIDIA comes with it" nothing_of_nvidia
check "the run that was broken off goes on" \
    as_person "timeout --signal INT 8 vitrine-cli train mine/digits_lenet --epochs 40 --resume mine/stopped; test \$? = 124 -o \$? = 130"
check "the new version trains to the same bits" \
    as_person "vitrine-cli train mine/digits_lenet --epochs 1 --threads 1 --out mine/second"
check "of every weight" same_weights second
as_person "printf '\x08\x07\x12\x04test\x3a\x03\x12\x01g' > mine/model.onnx"

check "a project is known by its name" kind_is mine/digits_lenet/digits_lenet.vitrine application/x-vitrine
check "and so is a model" kind_is mine/model.onnx application/x-onnx
check "and so are weights" kind_is mine/first/weights.safetensors application/x-safetensors
for kind in vitrine onnx safetensors; do check "application/x-$kind is opened with it" opener_is_ours application/x-$kind; done
check "double click on a project (xdg-open)" \
    seen open-project "digits_lenet.* – Vitrine" "xdg-open mine/digits_lenet/digits_lenet.vitrine"
check "double click on a project (gio open)" \
    seen gio-project "digits_lenet.* – Vitrine" "gio open mine/digits_lenet/digits_lenet.vitrine; sleep 8"
check "double click on a model" seen open-onnx "Untitled.* – Vitrine" "xdg-open mine/model.onnx"
check "double click on weights" seen open-weights "Untitled.* – Vitrine" "xdg-open mine/first/weights.safetensors"
check "the manual is installed" test -s /usr/share/man/man1/vitrine.1.gz -o -d /usr/share/doc/vitrine
sums >/try/before

check "it is removed" apt-get -q -y purge vitrine
check "and what came with it" apt-get -q -y autoremove --purge
check "nothing of it is left" nothing_is_left
check "runs, projects and settings are as before the removal" is_unchanged

check "what the archive asks of the system" install xz-utils libexpat1 libstdc++6 fontconfig-config
check "the archive is unpacked" as_person "tar --extract --file /try/vitrine.tar.xz && mv vitrine-*-linux-* portable"
check "its vitrine-cli trains to the same bits" \
    as_person "portable/bin/vitrine-cli train mine/digits_lenet --epochs 1 --out mine/third"
check "of every weight" same_weights third
check "and reads a picture with it" \
    as_person "portable/bin/vitrine-cli infer mine/digits_lenet --weights mine/third/weights.safetensors --input mine/black.png --top 3"
check "its window" seen archive "digits_lenet.* – Vitrine" "portable/bin/vitrine mine/digits_lenet"
check "the archive is removed" as_person "rm -rf portable"

echo "$failures failures"
[[ $failures -eq 0 ]]
