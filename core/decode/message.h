// SPDX-License-Identifier: Apache-2.0
// What the program and its decoder say to each other over a pair of sockets. Neither trusts what it
// reads: sizes are compared with limits before memory is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/socket_bytes.h"

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

using Clock = Patience::Clock;
/// A request, and with it a descriptor where that is not −1.
Passed sendRequest(int socket, const Request& request, int descriptor, const Patience& patience);
/// Waits as long as it takes. `descriptor`: one that came along, else −1. False: nobody asks more.
bool receiveRequest(int socket, Request& request, int& descriptor);

}  // namespace vitrine::decode
