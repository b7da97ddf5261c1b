// SPDX-License-Identifier: Apache-2.0
// What the program and the process that uses a device for it say to each other: one call of the
// table each, over a pair of sockets, and larger pieces of memory in a piece that both see. Both
// are of one build, so plain values go as they lie in memory.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernels/api/device.h"

namespace vitrine::worker {

inline constexpr std::string_view programName = "vitrine-device";

/// Descriptors that the process has from its start.
inline constexpr int socketDescriptor = 0, sharedDescriptor = 3;

/// Those that say "later" are not answered: trouble with them comes with the next answer, as the
/// table has it.
enum class Ask : uint32_t {
    Count = 1,    ///< → word: devices
    Describe,     ///< word 0: device → DeviceInfo
    Open,         ///< word 0: device
    Allocate,     ///< word 0: bytes → word: address
    Release,      ///< later. Word 0: address
    Write,        ///< later. Word 0: address; bytes follow
    WriteShared,  ///< later. Word 0: address, 1: bytes, 2: which half of the shared memory
    Read,         ///< word 0: address, 1: bytes → in the shared memory
    Copy,         ///< later. Word 0: to, 1: from, 2: bytes
    Fill,         ///< later. Word 0: address, 1: value, 2: bytes
    Bind,         ///< word 0: alignment; a Call follows → word: kernel, or 0; StreamKernel
    Forget,       ///< later. Word 0: kernel
    Launch,       ///< word 0: kernel, 1: workspace; operands follow
    /// Word 0: workspace. Of each: kernel, how many operands, operands.
    LaunchTogether,
    Hold,   ///< word 0: type; addresses follow
    LetGo,  ///< later. The end of it
    BeginCapture,
    EndCapture,    ///< → word: graph
    LaunchGraph,   ///< later. Word 0: graph
    DestroyGraph,  ///< later. Word 0: graph
    Mark,          ///< later. Word 0: number
    Seconds,       ///< word 0: first mark, 1: count → as many floats
    Wait
};
constexpr bool isAnswered(Ask ask) {
    switch (ask) {
        case Ask::Release:
        case Ask::Write:
        case Ask::WriteShared:
        case Ask::Copy:
        case Ask::Fill:
        case Ask::Forget:
        case Ask::LetGo:
        case Ask::LaunchGraph:
        case Ask::DestroyGraph:
        case Ask::Mark:
            return false;
        default:
            return true;
    }
}

inline constexpr uint32_t messageMagic = 0x56475033;  // changed with what follows

struct Request {
    uint32_t magic = messageMagic;
    Ask ask = Ask::Wait;
    uint64_t bytes = 0;  ///< that follow
    std::array<uint64_t, 3> words{};
};

struct Answer {
    uint32_t magic = messageMagic;
    kernels::DeviceStatus status = kernels::DeviceStatus::Ok;
    uint64_t bytes = 0;  ///< that follow: what was asked for, or what the trouble is
    uint64_t word = 0;
};

/// The start of the shared memory; behind it two pieces that are written in turn, and one to read.
struct Shared {
    std::atomic<uint64_t> taken = 0;  ///< WriteShared whose piece may be used again
};
inline constexpr size_t sharedHead = 4096, pieceBytes = size_t{4} << 20;
inline constexpr size_t sharedBytes = sharedHead + 3 * pieceBytes;
constexpr size_t writePiece(uint64_t half) { return sharedHead + half * pieceBytes; }
inline constexpr size_t readPiece = sharedHead + 2 * pieceBytes;
/// What is shorter goes through the socket.
inline constexpr int64_t inlineBytes = 4096;
static_assert(std::atomic<uint64_t>::is_always_lock_free, "two processes look at it");

}  // namespace vitrine::worker
