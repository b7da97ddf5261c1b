// SPDX-License-Identifier: Apache-2.0
// The door to a device that has memory of its own: a table of functions, which a library gives that
// is loaded at run time. No type of the device's makers is in it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "kernels/api/problem.h"

namespace vitrine::kernels {

/// How a call of the table ended. Nothing in it throws or ends the program.
enum class DeviceStatus : int32_t {
    Ok,
    Refused,      ///< no kernel takes the problem
    OutOfMemory,  ///< the device has no room; everything else goes on
    Failed,       ///< this call alone
    Lost,         ///< the device takes no call of this process any more
    NoDevice,     ///< there is none that this library knows to use
};

/// What products of matrices and convolutions of f32 round their operands to. They are stored, and
/// summed, as f32.
enum class ProductFormat : int32_t {
    F32,   ///< nothing is rounded
    Tf32,  ///< 11 digits, the range of f32
    Bf16,  ///< 8 digits, the range of f32
    F16,   ///< 11 digits, from 2⁻²⁴ to 65504
};

/// A queue of work on one device, with what it needs beside it. Each library derives its own.
struct DeviceContext {};
/// Work that was recorded. Each library derives its own.
struct DeviceGraph {};

struct DeviceInfo {
    std::string name;          ///< `NVIDIA H200`
    std::string architecture;  ///< `sm_90`
    int64_t memoryBytes = 0, freeBytes = 0;
};

/// One implementation, bound to its problem on one device. A launch puts it into the queue and does
/// not wait for it.
struct StreamKernel {
    using Launch = DeviceStatus (*)(DeviceContext* context, const void* problem,
                                    void* const* operands, void* workspace);

    std::string name;  ///< `matmul cuBLASLt 13.0.2`
    std::shared_ptr<const void> problem;
    Launch launch = nullptr;
    int64_t workspaceBytes = 0;  ///< contents undefined on entry
    /// Those with the same number can be launched together, where it is not 0.
    uint64_t kind = 0;
    bool canBeHeld = true;             ///< see DeviceTable::hold
    std::vector<std::string> refused;  ///< where there is no launch: why
};

/// Memory that it gives starts at a multiple of this.
inline constexpr int64_t deviceAlignment = 256;

/// How many numbers launches can wait for.
inline constexpr int32_t mostHolding = 8;

/// Pointers into the device's memory are addresses for the device alone. Whatever takes a context
/// and gives nothing back is put into its queue and comes in the order of the calls; trouble with
/// it may be told by a later one. Between beginCapture and endCapture only launches, hold and marks
/// are possible.
/// Threads: one context is used by one thread at a time.
struct DeviceTable {
    uint64_t abi;      ///< deviceAbi() where the library was built: looked at before anything else
    const char* kind;  ///< `CUDA`

    /// 0 where there is none; errorText says why.
    int32_t (*deviceCount)();
    DeviceStatus (*describe)(int32_t device, DeviceInfo* info);
    DeviceStatus (*open)(int32_t device, ProductFormat products, DeviceContext** context);
    void (*close)(DeviceContext* context);
    /// Of the last call on this thread that did not end well.
    const char* (*errorText)();

    DeviceStatus (*allocate)(DeviceContext* context, int64_t bytes, void** memory);
    void (*release)(DeviceContext* context, void* memory);
    /// From memory of the host, which may be used again when it returns.
    DeviceStatus (*write)(DeviceContext* context, void* to, const void* from, int64_t bytes);
    /// To memory of the host, where it lies when it returns.
    DeviceStatus (*read)(DeviceContext* context, void* to, const void* from, int64_t bytes);
    /// The two do not overlap.
    DeviceStatus (*copy)(DeviceContext* context, void* to, const void* from, int64_t bytes);
    DeviceStatus (*fill)(DeviceContext* context, void* at, uint8_t value, int64_t bytes);

    /// A kernel for a call whose operands lie as they are, at multiples of `alignment` bytes.
    /// Refused: `kernel` says why.
    DeviceStatus (*bind)(DeviceContext* context, const Call* call, int64_t alignment,
                         StreamKernel* kernel);

    /// As if each were launched, in as few launches as can be: kernels of one kind, none of which
    /// uses what another writes. The workspace is that of all, one behind the other, each rounded
    /// up to deviceAlignment.
    DeviceStatus (*launchTogether)(DeviceContext* context, const StreamKernel* const* kernels,
                                   int32_t count, void* const* const* operands, void* workspace);
    /// Launches from now on, recorded ones too, do nothing where one of these numbers (F32 or F64,
    /// mostHolding at most) is not finite by then. `count` 0: they run again, and that cannot fail.
    DeviceStatus (*hold)(DeviceContext* context, const void* const* numbers, int32_t count,
                         DType type);

    /// Launches are recorded from now on, and do not run.
    DeviceStatus (*beginCapture)(DeviceContext* context);
    /// Ends it in any case; gives no graph where something went wrong in between.
    DeviceStatus (*endCapture)(DeviceContext* context, DeviceGraph** graph);
    DeviceStatus (*launchGraph)(DeviceContext* context, const DeviceGraph* graph);
    void (*destroyGraph)(DeviceContext* context, DeviceGraph* graph);

    /// Notes the time at which the queue, or what is recorded, comes to this place. Marks have
    /// numbers from 0 on; the same number again forgets its place before.
    DeviceStatus (*mark)(DeviceContext* context, int32_t number);
    /// From each of `count` marks to the one behind it, which the queue has come to. Waits for
    /// them.
    DeviceStatus (*secondsBetween)(DeviceContext* context, int32_t first, int32_t count,
                                   float* seconds);

    /// Until the queue is empty: tells of trouble with anything that was in it.
    DeviceStatus (*wait)(DeviceContext* context);
};

/// What a library and a program have to agree on, as far as sizes tell.
constexpr uint64_t deviceAbi() {
    constexpr uint64_t version = 3;
    uint64_t hash = version;
    for (const uint64_t part : {sizeof(DeviceTable), sizeof(StreamKernel), sizeof(DeviceInfo),
                                sizeof(Call), sizeof(Operand), std::variant_size_v<Problem>})
        hash = hash * 1000003 + part;
    return hash;
}

/// The one function that such a library exports, and its type.
inline constexpr const char* deviceTableSymbol = "vitrine_device_table";
using GetDeviceTable = const DeviceTable* (*)();

}  // namespace vitrine::kernels
