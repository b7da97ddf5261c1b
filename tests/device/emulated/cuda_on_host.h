// SPDX-License-Identifier: Apache-2.0
// What kernels and their launches need to be compiled for the host: included before everything else
// of a file of kernels/cuda. A kernel is a function that is called for each thread in turn, so it
// can be any that does not let threads meet.
#pragma once

#include <cuda_runtime_api.h>

#include <functional>

#undef __global__
#define __global__
#undef __device__
#define __device__

struct EmulatedIndex {
    unsigned x = 0;
};
extern EmulatedIndex threadIdx, blockIdx, blockDim, gridDim;  // as kernels call them

namespace vitrine::test {

/// Puts work into the queue of a stream, or into what is recorded of it.
void enqueue(cudaStream_t stream, std::function<void()> work);
/// A kernel that is put into a queue, and not only recorded, counts as a launch.
void noteLaunch(cudaStream_t stream);
/// Counts a call of the run time, and tells how it is to end (see faults.h).
cudaError_t nextCall();

}  // namespace vitrine::test

/// Arguments are taken as they are now; the kernel runs when somebody waits.
template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments... arguments) {
    const unsigned blocks = config->gridDim.x, threads = config->blockDim.x;
    if (blocks == 0 || threads == 0 || threads > 1024) return cudaErrorInvalidConfiguration;
    if (const cudaError_t trouble = vitrine::test::nextCall(); trouble != cudaSuccess)
        return trouble;
    vitrine::test::noteLaunch(config->stream);
    vitrine::test::enqueue(config->stream, [=] {
        gridDim.x = blocks;
        blockDim.x = threads;
        for (blockIdx.x = 0; blockIdx.x < blocks; ++blockIdx.x)
            for (threadIdx.x = 0; threadIdx.x < threads; ++threadIdx.x) kernel(arguments...);
    });
    return cudaSuccess;
}
