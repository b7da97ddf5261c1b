// SPDX-License-Identifier: Apache-2.0
// While one piece of staging is copied by the host, the other one is on its way. What is small
// takes its turn in the present piece: a step's few numbers wait for nothing.
#include "kernels/cuda/transfer.h"

#include <algorithm>
#include <cstring>

namespace vitrine::kernels::cuda {

namespace {

size_t pieceAt(int64_t done, int64_t bytes) {
    return static_cast<size_t>(std::min(Context::stagingBytes, bytes - done));
}

/// Room for `bytes` in a piece, of which nothing that is on its way is overwritten.
DeviceStatus takeRoom(Context& context, int64_t bytes, std::byte** room) {
    Staging* staging = &context.presentStaging();
    if (bytes > Context::stagingBytes - staging->used) {
        staging = &context.takeStaging();
        VITRINE_CUDA_TRY(cudaEventSynchronize(staging->done));
        staging->used = 0;
    }
    *room = staging->host + staging->used;
    staging->used += (bytes + deviceAlignment - 1) / deviceAlignment * deviceAlignment;
    return DeviceStatus::Ok;
}

DeviceStatus readSmall(Context& context, void* to, const void* from, int64_t bytes) {
    const auto size = static_cast<size_t>(bytes);
    VITRINE_CUDA_TRY(
        cudaMemcpyAsync(context.small, from, size, cudaMemcpyDeviceToHost, context.stream));
    VITRINE_CUDA_TRY(cudaStreamSynchronize(context.stream));
    std::memcpy(to, context.small, size);
    return DeviceStatus::Ok;
}

/// Starts one piece on its way to the host.
DeviceStatus fetch(Context& context, Staging& staging, const void* from, size_t bytes) {
    VITRINE_CUDA_TRY(cudaEventSynchronize(staging.done));  // of writes
    staging.used = Context::stagingBytes;
    VITRINE_CUDA_TRY(
        cudaMemcpyAsync(staging.host, from, bytes, cudaMemcpyDeviceToHost, context.stream));
    VITRINE_CUDA_TRY(cudaEventRecord(staging.done, context.stream));
    return DeviceStatus::Ok;
}

}  // namespace

DeviceStatus writeStaged(Context& context, void* to, const void* from, int64_t bytes) {
    auto* const target = static_cast<std::byte*>(to);
    const auto* const source = static_cast<const std::byte*>(from);
    for (int64_t at = 0; at < bytes; at += Context::stagingBytes) {
        const size_t piece = pieceAt(at, bytes);
        std::byte* room = nullptr;
        const DeviceStatus status = takeRoom(context, static_cast<int64_t>(piece), &room);
        if (status != DeviceStatus::Ok) return status;
        std::memcpy(room, source + at, piece);
        VITRINE_CUDA_TRY(
            cudaMemcpyAsync(target + at, room, piece, cudaMemcpyHostToDevice, context.stream));
        VITRINE_CUDA_TRY(cudaEventRecord(context.presentStaging().done, context.stream));
    }
    return DeviceStatus::Ok;
}

DeviceStatus readStaged(Context& context, void* to, const void* from, int64_t bytes) {
    if (bytes <= Context::smallBytes) return readSmall(context, to, from, bytes);
    auto* const target = static_cast<std::byte*>(to);
    const auto* const source = static_cast<const std::byte*>(from);
    Staging* onTheWay = nullptr;
    // One piece more than there are: the last round only takes.
    for (int64_t at = 0; at < bytes + Context::stagingBytes; at += Context::stagingBytes) {
        Staging* const next = at < bytes ? &context.takeStaging() : nullptr;
        if (next) {
            const DeviceStatus status = fetch(context, *next, source + at, pieceAt(at, bytes));
            if (status != DeviceStatus::Ok) return status;
        }
        if (onTheWay) {
            const int64_t before = at - Context::stagingBytes;
            VITRINE_CUDA_TRY(cudaEventSynchronize(onTheWay->done));
            std::memcpy(target + before, onTheWay->host, pieceAt(before, bytes));
        }
        onTheWay = next;
    }
    return DeviceStatus::Ok;
}

}  // namespace vitrine::kernels::cuda
