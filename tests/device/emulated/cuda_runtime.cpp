// SPDX-License-Identifier: Apache-2.0
// Those functions of CUDA's run time that kernels/cuda calls, with the host's memory. Work waits in
// its stream until somebody waits for it, and recording and events do as CUDA's do.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "tests/device/emulated/cuda_on_host.h"
#include "tests/device/emulated/faults.h"

EmulatedIndex threadIdx, blockIdx, blockDim, gridDim;

using Work = std::deque<std::function<void()>>;

struct CUstream_st {
    Work queue, recorded;
    bool isRecording = false;
};
struct CUevent_st {
    CUstream_st* stream = nullptr;
    int64_t asked = 0, reached = 0;
    std::chrono::steady_clock::time_point time;
};
struct CUgraph_st {
    Work work;
};
struct CUgraphExec_st {
    Work work;
};

namespace {

size_t memoryBytes = size_t{1} << 30;
std::map<void*, size_t> memory;  ///< bytes of each piece
size_t used = 0;
std::vector<CUstream_st*> streams;
int64_t calls = 0, failingCall = -1, events = 0, graphs = 0, launches = 0, reads = 0;
cudaError_t planned = cudaSuccess, lasting = cudaSuccess;

/// Errors that CUDA answers every later call with, too.
bool lasts(cudaError_t error) {
    switch (error) {
        case cudaErrorECCUncorrectable:
        case cudaErrorIllegalAddress:
        case cudaErrorLaunchFailure:
        case cudaErrorContextIsDestroyed:
        case cudaErrorUnknown:
            return true;
        default:
            return false;
    }
}

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

void vitrine::test::noteLaunch(cudaStream_t stream) { launches += stream->isRecording ? 0 : 1; }

cudaError_t vitrine::test::nextCall() {
    if (lasting != cudaSuccess) return lasting;
    if (calls++ != failingCall) return cudaSuccess;
    if (lasts(planned)) lasting = planned;
    return planned;
}

using vitrine::test::enqueue;
using vitrine::test::nextCall;

/// Returns from the enclosing function where the call is to fail.
#define EMULATED_CALL() \
    if (const cudaError_t trouble = nextCall(); trouble != cudaSuccess) return trouble

extern "C" {

__attribute__((visibility("default"))) void emulated_cuda_plan(int64_t call,
                                                               EmulatedTrouble trouble) {
    constexpr cudaError_t errors[] = {cudaErrorMemoryAllocation,   cudaErrorLaunchFailure,
                                      cudaErrorIllegalAddress,     cudaErrorECCUncorrectable,
                                      cudaErrorContextIsDestroyed, cudaErrorNoDevice,
                                      cudaErrorInsufficientDriver, cudaErrorNoKernelImageForDevice};
    calls = 0;
    failingCall = call;
    planned = errors[static_cast<int>(trouble)];
    lasting = cudaSuccess;
}
__attribute__((visibility("default"))) void emulated_cuda_room(int64_t bytes) {
    memoryBytes = static_cast<size_t>(bytes);
}
__attribute__((visibility("default"))) EmulatedCount emulated_cuda_counts() {
    return {calls,
            static_cast<int64_t>(used),
            static_cast<int64_t>(streams.size()),
            events,
            graphs,
            launches,
            reads};
}

/// Of a process that loads this in its turn: EMULATED_CUDA_TROUBLE="CALL NUMBER_OF_THE_TROUBLE",
/// and the bytes of the device in EMULATED_CUDA_ROOM; its name is in EMULATED_CUDA_NAME.
__attribute__((constructor)) static void takePlan() {
    if (const char* const room = std::getenv("EMULATED_CUDA_ROOM"))
        emulated_cuda_room(std::atoll(room));
    const char* const plan = std::getenv("EMULATED_CUDA_TROUBLE");
    long long call = -1;
    int trouble = 0;
    if (plan && std::sscanf(plan, "%lld %d", &call, &trouble) == 2)
        emulated_cuda_plan(call, static_cast<EmulatedTrouble>(trouble));
}

// Device

cudaError_t cudaDriverGetVersion(int* version) {
    *version = 13000;
    return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
    EMULATED_CALL();
    *count = 1;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
    EMULATED_CALL();
    return device == 0 ? cudaSuccess : cudaErrorInvalidDevice;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    EMULATED_CALL();
    *properties = {};
    const char* const name = std::getenv("EMULATED_CUDA_NAME");
    std::snprintf(properties->name, sizeof properties->name, "%s", name ? name : "emulated");
    properties->major = 9;
    properties->totalGlobalMem = memoryBytes;
    return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    EMULATED_CALL();
    *value = attribute == cudaDevAttrComputeCapabilityMajor ? 9 : 3;
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
    EMULATED_CALL();
    *free = memoryBytes - used;
    *total = memoryBytes;
    return cudaSuccess;
}
cudaError_t cudaGetLastError() { return cudaSuccess; }
const char* cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaErrorMemoryAllocation:
            return "out of memory";
        case cudaErrorLaunchFailure:
            return "unspecified launch failure";
        case cudaErrorIllegalAddress:
            return "an illegal memory access was encountered";
        case cudaErrorECCUncorrectable:
            return "uncorrectable ECC error encountered";
        case cudaErrorContextIsDestroyed:
            return "context is destroyed";
        case cudaErrorNoDevice:
            return "no CUDA-capable device is detected";
        case cudaErrorInsufficientDriver:
            return "CUDA driver version is insufficient for CUDA runtime version";
        case cudaErrorNoKernelImageForDevice:
            return "no kernel image is available for execution on the device";
        default:
            return "emulated trouble";
    }
}

// Streams and events

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    EMULATED_CALL();
    streams.push_back(*stream = new CUstream_st);
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    runAll(*stream);
    std::erase(streams, stream);
    delete stream;
    return nextCall();
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    EMULATED_CALL();
    if (stream->isRecording) return cudaErrorStreamCaptureUnsupported;
    runAll(*stream);
    return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    EMULATED_CALL();
    *event = new CUevent_st;
    ++events;
    return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
    for (CUstream_st* stream : streams) runAll(*stream);
    delete event;
    --events;
    return nextCall();
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    EMULATED_CALL();
    event->stream = stream;
    enqueue(stream, [event, number = ++event->asked] {
        event->reached = number;
        event->time = std::chrono::steady_clock::now();
    });
    return cudaSuccess;
}
cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned flags) {
    const bool isExternal = flags == cudaEventRecordExternal;
    return isExternal == stream->isRecording ? cudaEventRecord(event, stream)
                                             : cudaErrorInvalidValue;
}
/// Of an event that was recorded into a graph the last time that this ran.
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
    EMULATED_CALL();
    if (from->reached == 0 || to->reached == 0) return cudaErrorNotReady;
    *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
    return cudaSuccess;
}
/// Runs what comes before the event, and nothing after it.
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    EMULATED_CALL();
    while (event->reached < event->asked && runOne(*event->stream)) continue;
    return cudaSuccess;
}

// Memory

cudaError_t cudaMalloc(void** data, size_t bytes) {
    EMULATED_CALL();
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
    return nextCall();
}
cudaError_t cudaMallocHost(void** data, size_t bytes) {
    EMULATED_CALL();
    *data = std::malloc(bytes);
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void* data) {
    for (CUstream_st* stream : streams) runAll(*stream);
    std::free(data);
    return nextCall();
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
    EMULATED_CALL();
    reads += kind == cudaMemcpyDeviceToHost ? 1 : 0;
    enqueue(stream, [=] { std::memcpy(to, from, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t stream) {
    EMULATED_CALL();
    enqueue(stream, [=] { std::memset(data, value, bytes); });
    return cudaSuccess;
}

// Recording

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    EMULATED_CALL();
    stream->isRecording = true;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    stream->isRecording = false;
    if (const cudaError_t trouble = nextCall(); trouble != cudaSuccess) {
        stream->recorded.clear();
        return trouble;
    }
    *graph = new CUgraph_st{std::exchange(stream->recorded, {})};
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
    EMULATED_CALL();
    *exec = new CUgraphExec_st{graph->work};
    ++graphs;
    return cudaSuccess;
}
cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) {
    EMULATED_CALL();
    return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
    EMULATED_CALL();
    ++launches;
    for (const auto& work : exec->work) enqueue(stream, work);
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    delete graph;
    return nextCall();
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
    delete exec;
    --graphs;
    return nextCall();
}

}  // extern "C"
