// SPDX-License-Identifier: Apache-2.0
// Words for errors, and what a context and a graph give back at their end.
#include "kernels/cuda/context.h"

#include <cstring>

namespace vitrine::kernels::cuda {

namespace {

thread_local std::string words;

/// The process cannot use the device any more: CUDA answers every later call with the same error.
bool isLasting(cudaError_t error) {
    switch (error) {
        case cudaErrorECCUncorrectable:
        case cudaErrorNvlinkUncorrectable:
        case cudaErrorIllegalAddress:
        case cudaErrorLaunchTimeout:
        case cudaErrorContextIsDestroyed:
        case cudaErrorAssert:
        case cudaErrorHardwareStackError:
        case cudaErrorIllegalInstruction:
        case cudaErrorMisalignedAddress:
        case cudaErrorInvalidAddressSpace:
        case cudaErrorInvalidPc:
        case cudaErrorLaunchFailure:
        case cudaErrorExternalDevice:
        case cudaErrorUnknown:
            return true;
        default:
            return false;
    }
}

/// The machine has no device that this library can use.
bool isAbsence(cudaError_t error) {
    switch (error) {
        case cudaErrorNoDevice:
        case cudaErrorInvalidDevice:
        case cudaErrorInsufficientDriver:
        case cudaErrorInitializationError:
        case cudaErrorStubLibrary:
        case cudaErrorSystemDriverMismatch:
        case cudaErrorSystemNotReady:
        case cudaErrorCompatNotSupportedOnDevice:
        case cudaErrorNoKernelImageForDevice:
        case cudaErrorUnsupportedPtxVersion:
            return true;
        default:
            return false;
    }
}

DeviceStatus kindOf(cudaError_t error) {
    if (error == cudaErrorMemoryAllocation) return DeviceStatus::OutOfMemory;
    if (isLasting(error)) return DeviceStatus::Lost;
    return isAbsence(error) ? DeviceStatus::NoDevice : DeviceStatus::Failed;
}

}  // namespace

DeviceStatus fail(DeviceStatus status, std::string text) {
    words = std::move(text);
    return status;
}

const std::string& lastWords() { return words; }

DeviceStatus statusOf(cudaError_t error, const char* call) {
    if (error == cudaSuccess) return DeviceStatus::Ok;
    static_cast<void>(cudaGetLastError());  // or a later call would tell of it again
    const std::string name(call, std::strcspn(call, "("));
    return fail(kindOf(error), std::string(cudaGetErrorString(error)) + " (" + name + ")");
}

DeviceStatus enter(const Context& context) {
    return statusOf(cudaSetDevice(context.device), "cudaSetDevice");
}

Context::~Context() {
    static_cast<void>(cudaSetDevice(device));
    if (stream) static_cast<void>(cudaStreamSynchronize(stream));
    matmulHandle.reset();
    if (small) static_cast<void>(cudaFreeHost(small));
    for (const Staging& piece : staging) {
        if (piece.done) static_cast<void>(cudaEventDestroy(piece.done));
        if (piece.host) static_cast<void>(cudaFreeHost(piece.host));
    }
    for (const cudaEvent_t mark : marks)
        if (mark) static_cast<void>(cudaEventDestroy(mark));
    if (flag) static_cast<void>(cudaFree(flag));
    if (stream) static_cast<void>(cudaStreamDestroy(stream));
}

Graph::~Graph() {
    if (exec) static_cast<void>(cudaGraphExecDestroy(exec));
}

}  // namespace vitrine::kernels::cuda
