#!/usr/bin/env bash
# The rest of the tests, for ./test --long: full counts, sanitizers, campaigns. Every job runs,
# whatever became of the others; the last lines say how each ended.
# Usage: tests/long.sh [OPTIONS of ctest]
set -euo pipefail
# shellcheck source=cmake/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/common.sh"
options=("$@")

# Tests that know VITRINE_LONG run their full counts instead of a slice.
release() {
    build release
    VITRINE_LONG=1 QTEST_FUNCTION_TIMEOUT=14400000 run_tests release --timeout 14400 "${options[@]}"
}

address_sanitizer() {
    build asan
    run_tests asan "${options[@]}"
}

# Readers of other people's files on a million damaged ones each.
fuzzing() {
    build asan
    VITRINE_LONG=1 QTEST_FUNCTION_TIMEOUT=14400000 run_tests asan --timeout 14400 \
        --tests-regex '(\.fuzz|_fuzz|arrays\.npy|arrays\.zip|pickle\.pickle|\.idx)$' "${options[@]}"
}

# GCC's thread sanitizer does not start on kernels that randomise addresses widely, so randomisation
# is switched off where that is allowed.
thread_sanitizer() {
    quietly build-tsan-tbb.log "$root/cmake/build_tsan_tbb.sh"
    build tsan
    local plain=()
    ! setarch --addr-no-randomize true 2>/dev/null || plain=(setarch --addr-no-randomize)
    cd "$root"
    "${plain[@]}" ctest --preset tsan --parallel "$(nproc)" "${options[@]}" </dev/null
}

# Files that h5py writes, read as it reads them, where Python has it.
outside_readers() {
    local files=$root/build/hdf5
    if ! python3 -c 'import h5py, scipy' 2>/dev/null; then
        say "Not compared with h5py: python3 has no h5py and scipy."
        return
    fi
    rm -rf "$files"
    python3 "$root/tests/core/data/formats/make_hdf5.py" "$files" 500
    build release tst_core.decode.array_file
    VITRINE_HDF5_FILES=$files run_tests release --tests-regex '^core.decode.array_file$'
}

# Kernels for every architecture that there is, where there is nvcc.
every_gpu() {
    local folder=$root/build/every-gpu
    cmake -S "$root" -B "$folder" -G Ninja -D CMAKE_BUILD_TYPE=Release -D VITRINE_TESTS=OFF \
        -D VITRINE_GUI=OFF -D "VITRINE_CUDA_ARCHITECTURES=75-real;80-real;86-real;89-real;90a-real;90" >/dev/null
    if ! ninja -C "$folder" -t targets all | grep -q '^vitrine_cuda: '; then
        say "Not compiled for every GPU: there is no nvcc."
        return
    fi
    cmake --build "$folder" --target vitrine_cuda >/dev/null
}

new_operator() { "$root/tests/integration/check_new_operator.sh"; }

random_events() { "$root/tests/integration/random_events.sh"; }

# Installing in fresh systems needs root and debootstrap, which fetches them.
packages() {
    "$root/installer/package.sh"
    if [[ $EUID -ne 0 ]] || ! command -v debootstrap >/dev/null; then
        say "Not tried in fresh systems: that needs root and debootstrap."
        return
    fi
    local made=$root/build/package/packages
    "$root/installer/try.sh" "$root/build/try" "$made"/*.deb "$made"/*.tar.xz
}

# Random arrays and tables against what NumPy and Python's csv read.
data_of_python() {
    if ! python3 -c 'import numpy' 2>/dev/null; then
        say "Not compared with Python's readers: that needs Python with NumPy."
        return
    fi
    local files=$root/build/python-data
    rm -rf "$files"
    python3 "$root/tests/core/data/arrays/make_npz.py" "$files/arrays" 500
    python3 "$root/tests/core/data/tables/make_tables.py" "$files/tables" 500
    VITRINE_NUMPY_FILES=$files/arrays "$root/build/release/bin/tst_core.data.arrays.npy" readsWhatNumPyReads
    VITRINE_CSV_FILES=$files/tables "$root/build/release/bin/tst_core.data.tables.cell_reader" readsWhatPythonReads
}

# Committed ONNX models before the official checker and shape inference.
onnx_judges() {
    if ! python3 -c 'import numpy, onnx' 2>/dev/null; then
        say "ONNX's checker was not asked: that needs Python with onnx and NumPy."
        return
    fi
    python3 "$root/tests/core/onnx/outside_judges.py" "$root/build/release/bin/vitrine-cli"
}

# The Python that judges of exports are asked with: one of an own environment, or the system's.
judging_python=${VITRINE_PYTHON:-python3}

# Every template as an ONNX model and as a module of PyTorch, before those who read them.
export_judges() {
    if ! "$judging_python" -c 'import numpy' 2>/dev/null; then
        say "Exports were not judged: that needs Python with NumPy, and onnxruntime, onnxslim, onnxsim, torch" \
            "or tensorboard for their judgement; VITRINE_PYTHON names one."
        return
    fi
    "$judging_python" "$root/tests/core/session/export_judges.py" "$root/build/release/bin/vitrine-cli"
}

# Models of ONNX's suite that came in and left again, before the official checker and ONNX Runtime.
round_trip() {
    local archive=${VITRINE_TEST_DATA:-}/onnx-backend/backend-data.tar.xz data=$root/build/round-trip
    if [[ ! -f $archive ]] || ! "$judging_python" -c 'import onnx, onnxruntime' 2>/dev/null; then
        say "The round trip was not judged: that needs ONNX's suite below VITRINE_TEST_DATA, and a Python with" \
            "onnx and onnxruntime, which VITRINE_PYTHON names."
        return
    fi
    rm -rf "$data"
    mkdir -p "$data/onnx-backend"
    tar -xJf "$archive" -C "$data/onnx-backend"
    VITRINE_TEST_DATA=$data VITRINE_EXPORTED_SUITE=$data/exported QTEST_FUNCTION_TIMEOUT=14400000 \
        "$root/build/release/bin/tst_core.onnx.suite_leaves"
    "$judging_python" "$root/tests/core/onnx/round_trip_judge.py" "$data/onnx-backend" "$data/exported"
}

outcomes=()
failures=0
job() {
    local started=$SECONDS status outcome=passed
    say "" "== $1"
    set +e # not `|| status=$?`, which would switch errexit off inside the job as well
    (
        set -e
        "$1"
    )
    status=$?
    set -e
    if [[ $status -ne 0 ]]; then
        outcome="FAILED ($status)"
        failures=$((failures + 1))
    fi
    outcomes+=("$(printf '%-18s %5d s  %s' "$1" $((SECONDS - started)) "$outcome")")
}

job release
job address_sanitizer
job fuzzing
job thread_sanitizer
job data_of_python
job onnx_judges
job export_judges
job round_trip
job outside_readers
job every_gpu
job new_operator
job random_events
job packages

say "" "${outcomes[@]}" "$failures of ${#outcomes[@]} jobs failed"
[[ $failures -eq 0 ]]
