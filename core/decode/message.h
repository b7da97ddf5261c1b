// SPDX-License-Identifier: Apache-2.0
// What the program and its decoder say to each other over a pair of sockets. Neither trusts what it
// reads: sizes are compared with limits before memory is taken.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>

namespace vitrine::decode {

inline constexpr std::string_view programName = "vitrine-decode";

/// Descriptors that the decoder has from its start.
inline constexpr int socketDescriptor = 0, lifelineDescriptor = 3;

enum class Task : uint32_t {
    LookAtPicture = 1,  ///< bytes: the file
    DecodePicture,      ///< bytes: the file; answered with pixels
    OpenArrays,         ///< with a descriptor; answered with a list (array_list.h)
    ReadArray           ///< bytes: a name; items `first` to `first + count` are answered
};
enum class Kind : uint32_t { Tiff = 1, Webp, Hdf5, Mat };
/// Other than Done: the bytes are a sentence about the file.
enum class Outcome : uint32_t { Done, Damaged, NotRead, OutOfMemory };
enum class Alpha : uint32_t {
    None,
    Straight,
    Associated  ///< colours are multiplied by it already
};

inline constexpr uint32_t messageMagic = 0x56444331;  // changed with what follows
inline constexpr uint64_t mostSentenceBytes = 1000;
/// Of larger pictures the sizes are answered, and no pixels.
inline constexpr uint32_t mostPixels = 1U << 27;
inline constexpr uint64_t mostRequestBytes = uint64_t{1} << 32;

struct Request {
    uint32_t magic = messageMagic;
    Task task = Task::LookAtPicture;
    Kind kind = Kind::Tiff;
    uint32_t reserved = 0;
    int64_t first = 0, count = 0;
    uint64_t bytes = 0;  ///< that follow
};

struct Answer {
    uint32_t magic = messageMagic;
    Task task = Task::LookAtPicture;  ///< as it was asked
    Outcome outcome = Outcome::Done;
    Alpha alpha = Alpha::None;
    int64_t width = 0, height = 0;
    uint32_t channels = 0;  ///< 1 or 3, without alpha
    uint32_t bits = 0;      ///< of a number in the file
    uint32_t pages = 1;
    uint32_t reserved = 0;
    uint64_t bytes = 0;  ///< that follow: pixels row by row, alpha behind the colours
};

using Clock = std::chrono::steady_clock;
/// How long to wait for the other side, and what ends that before.
struct Patience {
    Clock::time_point until = Clock::time_point::max();
    std::stop_token stop = {};  ///< looked at every few milliseconds
};
/// How a transfer ended.
enum class Passed : uint8_t { All, Ended, TooLate, Stopped };

/// All of `bytes`.
Passed sendAll(int socket, std::span<const std::byte> bytes, const Patience& patience);
Passed receiveAll(int socket, std::span<std::byte> bytes, const Patience& patience);
/// A request, and with it a descriptor where that is not −1.
Passed sendRequest(int socket, const Request& request, int descriptor, const Patience& patience);
/// Waits as long as it takes. `descriptor`: one that came along, else −1. False: nobody asks more.
bool receiveRequest(int socket, Request& request, int& descriptor);

}  // namespace vitrine::decode
