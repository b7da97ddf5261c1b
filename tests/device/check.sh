#!/usr/bin/env bash
# Checks the kernels for CUDA on a machine with a GPU, in eight minutes at most, of which every part
# has its own: builds them with nvcc and g++ alone and prints a table of rows with sizes, the largest
# error against plain loops, its tolerance, time and outcome; then every operator and random networks
# beside the CPU, and what training takes, ours and PyTorch's in the same minutes. What cannot be
# checked here is said, and is no failure.
# Usage: tests/device/check.sh [--dry-run] [--sanitize] [--program FILE]
#   --dry-run   builds what can be built and runs the rows on the host: on a device of plain loops,
#               and the kernels themselves on a run time of CUDA that is emulated
#   --sanitize  runs the rows under compute-sanitizer as well, where it is there (longer)
#   --program   vitrine-cli as it was built elsewhere, and check_engine beside it, for the parts that
#               need the engine; without it those of build/release, where they are there. Libraries that
#               the machine lacks are looked for in a folder lib beside it
# Exit status: 0 all rows ok or left out, 1 a row is wrong or something did not build.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

say() { printf '%s\n' "$@"; }

dry_run=false sanitize=false program=build/release/bin/vitrine-cli
while [[ $# -gt 0 ]]; do
    case $1 in
        --dry-run) dry_run=true ;;
        --sanitize) sanitize=true ;;
        --program)
            program=${2:-}
            shift
            ;;
        *)
            say "Usage: tests/device/check.sh [--dry-run] [--sanitize] [--program FILE]" >&2
            exit 2
            ;;
    esac
    shift
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first nvcc of version 12 or later, or nothing.
find_nvcc() {
    local nvcc version
    for nvcc in "$(command -v nvcc || true)" "${CUDA_PATH:-}/bin/nvcc" /usr/local/cuda/bin/nvcc; do
        [[ -x $nvcc ]] || continue
        version=$("$nvcc" --version | sed -n 's/.*release \([0-9]*\)\..*/\1/p')
        if [[ ${version:-0} -ge 12 ]]; then
            say "$nvcc"
            return
        fi
    done
}

has_gpu() {
    [[ -e /dev/nvidiactl || -e /dev/dxg || -e /proc/driver/nvidia/version ]] ||
        nvidia-smi --list-gpus 2>/dev/null | grep -q GPU
}

# Folders in which wheels for Python keep cuBLASLt: a toolkit may come without.
wheel_folders() {
    local folder
    for folder in $(python3 -c 'import nvidia; print(*nvidia.__path__)' 2>/dev/null || true); do
        ls -d "$folder"/*/"$1" 2>/dev/null || true
    done
}

# build LOG COMMAND...: the command's output is shown where it fails.
build() {
    local log="$work/$1.log"
    shift
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        say "Failed: $*" >&2
        return 1
    fi
}

# limited SECONDS WHAT COMMAND...: what takes longer is ended and said; nothing begins behind the end.
limited() {
    local seconds=$1 what=$2 code=0 left=$((end - SECONDS))
    shift 2
    if [[ $left -lt 5 ]]; then
        say "left out: $what: no time is left"
        return 0
    fi
    [[ $seconds -le $left ]] || seconds=$left
    timeout "$seconds" "$@" || code=$?
    [[ $code -ne 124 ]] || say "left out: the rest of $what: it took more than $seconds s"
    [[ $code -eq 0 || $code -eq 124 ]]
}

# In parallel: each part stands for itself.
wait_for_all() {
    local job failed=0
    for job in "$@"; do wait "$job" || failed=1; done
    return "$failed"
}

cxx=(g++ -std=c++20 -O2 -fPIC -ffp-contract=off -Wall -Wextra -Werror "-I$root")
jobs=()

build_program() {
    local file
    for file in core/base/result.cpp core/device/{device,device_memory,cuda_library}.cpp \
        kernels/cuda/problems.cpp tests/support/host_device.cpp tests/device/*.cpp \
        tests/device/rows/*.cpp; do
        build "program-$(basename "$file")" \
            "${cxx[@]}" -c "$file" -o "$work/program-$(basename "$file").o" &
        jobs+=($!)
    done
}

find_toolkit() {
    local nvcc=$1 folder
    toolkit=$(cd "$(dirname "$(readlink -f "$nvcc")")/.." && pwd)
    includes=(-isystem "$toolkit/include")
    if [[ ! -e $toolkit/include/cublasLt.h ]]; then
        for folder in $(wheel_folders include); do includes+=(-isystem "$folder"); done
    fi
    library_path=$toolkit/lib64:$(wheel_folders lib | paste -sd:)
}

# For the GPU that is there; without one for those that the program is built for.
build_library() {
    local nvcc=$1 file
    local architectures=(-arch=native)
    [[ $capability != 9.0 ]] || architectures=(-gencode 'arch=compute_90a,code=sm_90a')
    $gpu || architectures=(-gencode arch=compute_80,code=sm_80
        -gencode 'arch=compute_90,code=[sm_90,compute_90]')
    for file in kernels/cuda/*.cpp; do
        build "library-$(basename "$file")" "${cxx[@]}" -fvisibility=hidden "${includes[@]}" \
            -c "$file" -o "$work/library-$(basename "$file").o" &
        jobs+=($!)
    done
    for file in kernels/cuda/*.cu; do
        build "library-$(basename "$file")" "$nvcc" -std=c++20 -O3 --expt-relaxed-constexpr "-I$root" \
            "${architectures[@]}" \
            -Werror all-warnings -Xcompiler=-Wall,-Wextra,-fPIC,-fvisibility=hidden \
            -c "$file" -o "$work/library-$(basename "$file").o" &
        jobs+=($!)
    done
}

# The same files, compiled for the host.
build_emulated() {
    local file
    for file in tests/device/emulated/*.cpp kernels/cuda/*.cpp kernels/cuda/*.cu; do
        [[ $file != kernels/cuda/cublas_lt.cpp ]] || continue
        build "emulated-$(basename "$(dirname "$file")")-$(basename "$file")" \
            "${cxx[@]}" -fvisibility=hidden "${includes[@]}" \
            -include tests/device/emulated/cuda_on_host.h -x c++ \
            -c "$file" -o "$work/emulated-$(basename "$(dirname "$file")")-$(basename "$file").o" &
        jobs+=($!)
    done
}

nvcc=$(find_nvcc)
gpu=false
! has_gpu || gpu=true
# Hopper's own instructions want code for sm_90a.
capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 || true)
reason=""
[[ -n $nvcc ]] || reason="there is no nvcc of version 12 or later"
$gpu || reason="${reason:+$reason, and }there is no GPU"
if [[ -n $reason ]] && ! $dry_run; then
    say "left out: every kernel of CUDA: $reason"
    exit 0
fi
if ! command -v g++ >/dev/null; then
    say "left out: everything: there is no g++"
    exit 0
fi

started=$SECONDS
end=$((started + 475))
library_path=""
build_program
if [[ -n $nvcc ]]; then
    find_toolkit "$nvcc"
    build_library "$nvcc"
    ! $dry_run || build_emulated
fi
wait_for_all "${jobs[@]}"
build link-program g++ "$work"/program-*.o -o "$work/check" -ldl
[[ -z $nvcc ]] || build link-library "$nvcc" -shared -cudart static -Xlinker --exclude-libs,ALL \
    "$work"/library-*.o -o "$work/libvitrine_cuda.so" -ldl
[[ -z $nvcc ]] || ! $dry_run || build link-emulated g++ -shared "$work"/emulated-*.o \
    -o "$work/libemulated_cuda.so"
say "built in $((SECONDS - started)) s"
export LD_LIBRARY_PATH=$library_path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

status=0
if $dry_run; then
    say "" "On a device of plain loops:"
    "$work/check" --host || status=1
    if [[ -n $nvcc ]]; then
        say "" "With CUDA's run time emulated:"
        "$work/check" "$work/libemulated_cuda.so" || status=1
    fi
fi
if [[ -n $nvcc ]]; then
    say "" "With CUDA:"
    limited 120 "the rows" "$work/check" "$work/libvitrine_cuda.so" || status=1
fi
# Operators and random networks: on the GPU, else on the run time that is emulated.
check_engine() {
    local library=$1 graphs=$2 engine
    engine=$(dirname "$program")/check_engine
    if [[ ! -x $engine ]]; then
        say "" "left out: operators and random networks: $engine is not there"
        return
    fi
    say "" "Operators and random networks, $3:"
    LD_LIBRARY_PATH=$(dirname "$program")/lib:$LD_LIBRARY_PATH \
        limited 150 "the engine" "$engine" "$library" "$graphs" 60 || status=1
}
if $gpu && [[ -n $nvcc ]]; then
    check_engine "$work/libvitrine_cuda.so" 200 "with CUDA"
elif [[ -n $nvcc ]]; then
    say "" "not run: operators and random networks on a card"
    check_engine "$work/libemulated_cuda.so" 50 "with CUDA's run time emulated"
fi
trained=(lenet:64:fp32 resnet20:128:fp32 resnet20:128:bf16 resnet18:512:bf16 vgg:512:bf16)
# The program looks for the library beside itself: it gets the one that was just built.
train_ours() {
    local folder=$work/program word network batch precision
    mkdir "$folder"
    cp "$program" "$folder/vitrine-cli"
    cp "$work/libvitrine_cuda.so" "$folder"
    export LD_LIBRARY_PATH=$(dirname "$program")/lib:$LD_LIBRARY_PATH
    for word in "${trained[@]}"; do
        IFS=: read -r network batch precision <<<"$word"
        limited 30 "training of $word" "$folder/vitrine-cli" bench --device cuda --pairs 5 \
            --networks "$network" --batch "$batch" --precision "$precision" || status=1
        [[ $capability == 9.0 && $precision != fp32 ]] || continue
        say "By groups of warps:"
        limited 30 "training of $word by groups of warps" "$folder/vitrine-cli" bench --device cuda --pairs 5 \
            --warp-groups --networks "$network" --batch "$batch" --precision "$precision" || status=1
    done
}
if $gpu && [[ -n $nvcc ]]; then
    say "" "Training, images/s:"
    if [[ -x $program ]]; then
        train_ours
    else
        say "left out: our training: $program is not there"
    fi
    if python3 -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
        limited 170 "PyTorch's training" python3 tests/device/training.py 140 "${trained[@]}" || status=1
    else
        say "left out: PyTorch's training: there is none that sees the GPU"
    fi
else
    say "left out: training beside PyTorch: there is no GPU"
fi
if $sanitize && $gpu; then
    if sanitizer=$(command -v compute-sanitizer || ls "$(dirname "$nvcc")/compute-sanitizer" 2>/dev/null); then
        say "" "Under compute-sanitizer:"
        "$sanitizer" --error-exitcode 1 "$work/check" "$work/libvitrine_cuda.so" || status=1
    else
        say "left out: compute-sanitizer: it is not there"
    fi
fi
[[ -z $reason ]] || say "left out: every kernel of CUDA: $reason"
exit "$status"
