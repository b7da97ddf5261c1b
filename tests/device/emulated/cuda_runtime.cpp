// SPDX-License-Identifier: Apache-2.0
// Those functions of CUDA's run time that kernels/cuda calls, with the host's memory. Work waits in
// its stream until somebody waits for it, and recording and events do as CUDA's do.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "tests/device/emulated/cuda_on_host.h"

EmulatedIndex threadIdx, blockIdx, blockDim, gridDim;

using Work = std::deque<std::function<void()>>;

struct CUstream_st {
    Work queue, recorded;
    bool isRecording = false;
};
struct CUevent_st {
    CUstream_st* stream = nullptr;
    int64_t asked = 0, reached = 0;
};
struct CUgraph_st {
    Work work;
};
struct CUgraphExec_st {
    Work work;
};

namespace {

constexpr size_t memoryBytes = size_t{1} << 30;
std::map<void*, size_t> memory;  ///< bytes of each piece
size_t used = 0;
std::vector<CUstream_st*> streams;

bool runOne(CUstream_st& stream) {
    if (stream.queue.empty()) return false;
    const std::function<void()> work = std::move(stream.queue.front());
    stream.queue.pop_front();
    work();
    return true;
}

void runAll(CUstream_st& stream) {
    while (runOne(stream)) continue;
}

}  // namespace

void vitrine::test::enqueue(cudaStream_t stream, std::function<void()> work) {
    (stream->isRecording ? stream->recorded : stream->queue).push_back(std::move(work));
}

using vitrine::test::enqueue;

extern "C" {

// Device

cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    *properties = {};
    std::strcpy(properties->name, "emulated");
    properties->major = 9;
    properties->totalGlobalMem = memoryBytes;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    *value = attribute == cudaDevAttrComputeCapabilityMajor ? 9 : 3;
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
    *free = memoryBytes - used;
    *total = memoryBytes;
    return cudaSuccess;
}
cudaError_t cudaGetLastError() { return cudaSuccess; }
const char* cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorMemoryAllocation ? "out of memory" : "emulated trouble";
}

// Streams and events

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    streams.push_back(*stream = new CUstream_st);
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    runAll(*stream);
    std::erase(streams, stream);
    delete stream;
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    if (stream->isRecording) return cudaErrorStreamCaptureUnsupported;
    runAll(*stream);
    return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = new CUevent_st;
    return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    event->stream = stream;
    enqueue(stream, [event, number = ++event->asked] { event->reached = number; });
    return cudaSuccess;
}
/// Runs what comes before the event, and nothing after it.
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    while (event->reached < event->asked && runOne(*event->stream)) continue;
    return cudaSuccess;
}

// Memory

cudaError_t cudaMalloc(void** data, size_t bytes) {
    constexpr size_t step = 256;
    if (bytes > memoryBytes - used) return cudaErrorMemoryAllocation;
    *data = std::aligned_alloc(step, (bytes + step - 1) / step * step);
    std::memset(*data, 0xcd, bytes);
    memory[*data] = bytes;
    used += bytes;
    return cudaSuccess;
}
cudaError_t cudaFree(void* data) {
    for (CUstream_st* stream : streams) runAll(*stream);
    used -= memory[data];
    memory.erase(data);
    std::free(data);
    return cudaSuccess;
}
cudaError_t cudaMallocHost(void** data, size_t bytes) {
    *data = std::malloc(bytes);
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void* data) {
    std::free(data);
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind,
                            cudaStream_t stream) {
    enqueue(stream, [=] { std::memcpy(to, from, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t stream) {
    enqueue(stream, [=] { std::memset(data, value, bytes); });
    return cudaSuccess;
}

// Recording

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    stream->isRecording = true;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    stream->isRecording = false;
    *graph = new CUgraph_st{std::exchange(stream->recorded, {})};
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
    *exec = new CUgraphExec_st{graph->work};
    return cudaSuccess;
}
cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
    for (const auto& work : exec->work) enqueue(stream, work);
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete graph;
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
    delete exec;
    return cudaSuccess;
}

}  // extern "C"
