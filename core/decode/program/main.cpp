// SPDX-License-Identifier: Apache-2.0
// vitrine-decode: opens files of formats whose libraries must not be able to hurt the program. It
// is started by the program alone, answers one request after another, and ends with it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#include "core/decode/program/decoding.h"
#include "core/decode/program/limits.h"

namespace vitrine::decode {

namespace {

const Patience forever;
constexpr int pictureSeconds = 60, arraySeconds = 3600;

class Server {
  public:
    /// Until nobody asks more.
    void serve() {
        Request request;
        int descriptor = -1;
        while (receiveRequest(socketDescriptor, request, descriptor)) {
            if (request.magic != messageMagic || request.bytes > mostRequestBytes) return;
            if (!answer(request, descriptor)) return;
        }
    }

  private:
    bool answer(const Request& request, int descriptor) {
        Answer answer;
        m_bytes.clear();
        std::vector<std::byte> file;
        const bool hasRoom = takeRoom(file, request.bytes);
        if (!(hasRoom ? receiveAll(socketDescriptor, file, forever) == Passed::All
                      : passOver(request.bytes)))
            return false;
        try {
            answer = hasRoom ? work(request, file, descriptor) : trouble(Outcome::OutOfMemory, {});
        } catch (const Refusal& refusal) {
            answer = trouble(refusal.outcome, refusal.why);
        } catch (const std::bad_alloc&) {
            answer = trouble(Outcome::OutOfMemory, {});
        } catch (const std::length_error&) {
            answer = trouble(Outcome::OutOfMemory, {});
        }
        answer.task = request.task;
        answer.bytes = m_bytes.size();
        return sendAll(socketDescriptor, std::as_bytes(std::span(&answer, 1)), forever) ==
                   Passed::All &&
               sendAll(socketDescriptor, m_bytes, forever) == Passed::All;
    }

    static bool takeRoom(std::vector<std::byte>& file, uint64_t bytes) {
        try {
            file.resize(bytes);
            return true;
        } catch (const std::bad_alloc&) {
            return false;
        }
    }

    static bool passOver(uint64_t bytes) {
        std::array<std::byte, 1 << 16> part;
        for (uint64_t left = bytes; left > 0;) {
            const size_t size = std::min<uint64_t>(left, part.size());
            if (receiveAll(socketDescriptor, std::span(part).first(size), forever) != Passed::All)
                return false;
            left -= size;
        }
        return true;
    }

    Answer trouble(Outcome outcome, const std::string& why) {
        const size_t size = std::min<size_t>(why.size(), mostSentenceBytes);
        m_bytes = std::vector<std::byte>(size);
        std::memcpy(m_bytes.data(), why.data(), size);
        return {.outcome = outcome};
    }

    Answer work(const Request& request, Bytes file, int descriptor) {
        const bool isArray = request.task == Task::OpenArrays || request.task == Task::ReadArray;
        confineOnce(isArray ? descriptor : -1);
        allowSeconds(isArray ? arraySeconds : pictureSeconds);
        const bool isTiff = request.kind == Kind::Tiff;
        switch (request.task) {
            case Task::LookAtPicture:
                return isTiff ? lookAtTiff(file) : lookAtWebp(file);
            case Task::DecodePicture:
                return isTiff ? decodeTiff(file, m_bytes) : decodeWebp(file, m_bytes);
            case Task::OpenArrays:
                return openArrays(request.kind, descriptor);
            case Task::ReadArray:
                return readArray(request, file);
        }
        refuse("that is no request");
    }

    /// The first request says which file this process is for.
    void confineOnce(int descriptor) {
        if (!m_isConfined) confine(descriptor);
        m_isConfined = true;
    }

    Answer openArrays(Kind kind, int descriptor) {
        const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
        m_arrays = kind == Kind::Hdf5 ? openHdf5(path) : openMat(path);
        m_list = m_arrays->list();
        m_bytes = packed(m_list);
        return {};
    }

    Answer readArray(const Request& request, Bytes name) {
        const std::string_view wanted(reinterpret_cast<const char*>(name.data()), name.size());
        const auto found = std::ranges::find(m_list, wanted, &ArrayInfo::name);
        if (found == m_list.end() || !found->whyNot.empty()) refuse("there is no such array");
        if (request.first < 0 || request.count < 0 || request.first > found->items() ||
            request.count > found->items() - request.first)
            refuse("the array has fewer items");
        m_bytes.resize(static_cast<size_t>(request.count * found->itemBytes()));
        m_arrays->read(*found, request.first, request.count, m_bytes);
        return {};
    }

    bool m_isConfined = false;
    std::vector<std::byte> m_bytes;  ///< of the answer
    std::unique_ptr<ArrayReader> m_arrays;
    std::vector<ArrayInfo> m_list;
};

}  // namespace

}  // namespace vitrine::decode

int main(int count, char** words) {
    using namespace vitrine::decode;
    int64_t memory = 0;
    const std::string_view asked = count == 2 ? words[1] : "";
    std::from_chars(asked.data(), asked.data() + asked.size(), memory);
    if (memory <= 0) return 2;
    if (!limitProcess(memory)) return 0;
    Server().serve();
    return 0;
}
