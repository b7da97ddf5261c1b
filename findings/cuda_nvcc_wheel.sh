#!/usr/bin/env bash
# The wheel nvidia-cuda-nvcc-cu12 has no nvcc; the one of CUDA 13, nvidia-cuda-nvcc, has.
#
# A good guess: nvidia-cuda-nvcc-cu12, "CUDA nvcc" by its own summary, installs the compiler that it is
# named after, as the package cuda-nvcc does for apt and conda, so that a build machine without root gets
# CUDA 12's nvcc from pip.
# nvidia-cuda-nvcc-cu12 12.9.86 installs ptxas, libnvvm, libdevice and headers, and neither nvcc nor cicc: what
# JIT compilers call is there, what a build of .cu files calls is not. nvidia-cuda-nvcc 13.0.88 installs
# nvcc and its tools; cicc comes with nvidia-nvvm, which it asks for.
# What follows: kernels can be tried with CUDA 12's compiler only where its toolkit is installed as a
# whole; with pip alone the oldest nvcc is that of CUDA 13.
# Fails when the behaviour is another one. Needs python3, pip and its network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for package in nvidia-cuda-nvcc-cu12==12.9.86 nvidia-cuda-nvcc==13.0.88; do
    python3 -m pip install -q --no-deps --no-compile --target "${package%%==*}" "$package" \
        >/dev/null 2>&1 || {
        echo "cannot be had here: $package" >&2
        exit 2
    }
    for tool in nvcc ptxas cicc; do
        echo "$package: $tool: $(find "${package%%==*}" -type f -name "$tool" | wc -l)"
    done
done | tee seen
cat >expected <<'END'
nvidia-cuda-nvcc-cu12==12.9.86: nvcc: 0
nvidia-cuda-nvcc-cu12==12.9.86: ptxas: 1
nvidia-cuda-nvcc-cu12==12.9.86: cicc: 0
nvidia-cuda-nvcc==13.0.88: nvcc: 1
nvidia-cuda-nvcc==13.0.88: ptxas: 1
nvidia-cuda-nvcc==13.0.88: cicc: 0
END
diff expected seen && echo "as stated" || {
    echo "the behaviour is another one"
    exit 1
}
