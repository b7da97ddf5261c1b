// SPDX-License-Identifier: Apache-2.0
// Starts the process, asks it, and says how it ended where it did.
#include "core/device/worker/worker_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/device/cuda_library.h"

namespace vitrine::worker {

namespace fs = std::filesystem;
using kernels::DeviceStatus;

namespace {

/// Memory without a name, which both see.
std::byte* makeShared(Descriptor& descriptor) {
    descriptor.reset(memfd_create("vitrine-device", MFD_CLOEXEC));
    if (descriptor.get() < 0) return nullptr;
    if (ftruncate(descriptor.get(), static_cast<off_t>(sharedBytes)) != 0) return nullptr;
    void* const at =
        mmap(nullptr, sharedBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.get(), 0);
    return at == MAP_FAILED ? nullptr : new (at) Shared ? static_cast<std::byte*>(at) : nullptr;
}

std::string firstThatIsThere(const std::vector<std::string>& paths) {
    std::error_code ignored;
    const auto found = std::ranges::find_if(
        paths, [&](const std::string& path) { return fs::exists(path, ignored); });
    return found == paths.end() ? std::string() : *found;
}

}  // namespace

WorkerPlaces usualPlaces() {
    std::error_code failure;
    const fs::path folder = fs::read_symlink("/proc/self/exe", failure).parent_path();
    if (failure) return {};
    return {
        .programs = {folder / programName, folder.parent_path() / "lib" / "vitrine" / programName},
        .libraries = cudaLibraryPaths()};
}

std::shared_ptr<WorkerProcess> WorkerProcess::start(const WorkerPlaces& places,
                                                    std::string& reason) {
    const std::string path = firstThatIsThere(places.programs);
    if (path.empty()) {
        reason =
            fmt::format("the program {}, which uses devices, is not beside this one.", programName);
        return nullptr;
    }
    ChildSetup setup;
    setup.path = path;
    setup.words = {std::string(programName)};
    setup.hasEnvironment = true;
    setup.words.insert(setup.words.end(), places.libraries.begin(), places.libraries.end());
    Descriptor socket, itsSocket, memory;
    std::byte* const shared = makeShared(memory);
    pid_t process = -1;
    int error = shared && makeSocketPair(socket, itsSocket) ? 0 : errno;
    setup.descriptors = {{itsSocket.get(), socketDescriptor}, {memory.get(), sharedDescriptor}};
    if (error == 0) error = startChild(setup, process);
    if (error == 0)
        return std::shared_ptr<WorkerProcess>(
            new WorkerProcess(process, socket, shared, places.patience));
    if (shared) munmap(shared, sharedBytes);
    reason = fmt::format("'{}' cannot be started: {}.", path, std::strerror(error));
    return nullptr;
}

WorkerProcess::~WorkerProcess() {
    if (!m_hasEnded) end({});
    munmap(m_shared, sharedBytes);
}

DeviceStatus WorkerProcess::end(std::string words) {
    m_hasEnded = true;
    m_words = std::move(words);
    shutdown(m_socket.get(), SHUT_RDWR);
    const int status = endChild(m_process, std::chrono::milliseconds(m_isLate ? 0 : 2000));
    if (m_words.empty())
        m_words = fmt::format("the process that uses the device ended: {}", endText(status));
    return DeviceStatus::Lost;
}

DeviceStatus WorkerProcess::failed() {
    if (!m_isLate) return end({});
    return end(fmt::format("the device has not answered for {} s",
                           std::chrono::ceil<std::chrono::seconds>(m_patience).count()));
}

bool WorkerProcess::takeAnswer(const Patience& patience) {
    const auto all = [&](std::span<std::byte> bytes) {
        const Passed passed = receiveAll(m_socket.get(), bytes, patience);
        m_isLate = passed == Passed::TooLate;
        return passed == Passed::All;
    };
    if (!all(std::as_writable_bytes(std::span(&m_answer, 1)))) return false;
    if (m_answer.magic != messageMagic) return false;
    m_bytes.resize(m_answer.bytes);
    return all(m_bytes);
}

DeviceStatus WorkerProcess::statusOf(const Answer& answer) {
    if (answer.status == DeviceStatus::Ok || answer.status == DeviceStatus::Refused)
        return answer.status;
    const std::string words(reinterpret_cast<const char*>(m_bytes.data()), m_bytes.size());
    if (answer.status == DeviceStatus::Lost) return end(words);
    m_words = words;
    return answer.status;
}

DeviceStatus WorkerProcess::ask(Request request, std::span<const std::byte> payload) {
    if (m_hasEnded) return DeviceStatus::Lost;
    request.bytes = payload.size();
    const Patience patience = {.until = Patience::Clock::now() + m_patience};
    const auto send = [&](std::span<const std::byte> bytes) {
        const Passed passed = sendAll(m_socket.get(), bytes, patience);
        m_isLate = passed == Passed::TooLate;
        return passed == Passed::All;
    };
    if (!send(std::as_bytes(std::span(&request, 1))) || !send(payload)) return failed();
    if (!isAnswered(request.ask)) return DeviceStatus::Ok;
    return takeAnswer(patience) ? statusOf(m_answer) : failed();
}

/// Until the piece that comes next may be written: it was taken two pieces ago.
bool WorkerProcess::waitForPiece(const Patience& patience) {
    constexpr int64_t eager = 2000;
    const auto& taken = reinterpret_cast<const Shared*>(m_shared)->taken;
    for (int64_t i = 0; m_written - taken.load(std::memory_order_acquire) >= 2; ++i) {
        if (i < eager) {
            sched_yield();
            continue;
        }
        pollfd socket{m_socket.get(), 0, 0};
        if (poll(&socket, 1, 1) > 0) return false;
        m_isLate = Patience::Clock::now() > patience.until;
        if (m_isLate) return false;
    }
    return true;
}

DeviceStatus WorkerProcess::write(uint64_t to, std::span<const std::byte> bytes) {
    if (static_cast<int64_t>(bytes.size()) <= inlineBytes)
        return ask({.ask = Ask::Write, .words = {to}}, bytes);
    while (!bytes.empty()) {
        if (m_hasEnded) return DeviceStatus::Lost;
        if (!waitForPiece({.until = Patience::Clock::now() + m_patience})) return failed();
        const uint64_t half = m_written++ % 2, size = std::min(bytes.size(), pieceBytes);
        std::memcpy(m_shared + writePiece(half), bytes.data(), size);
        const DeviceStatus status = ask({.ask = Ask::WriteShared, .words = {to, size, half}});
        if (status != DeviceStatus::Ok) return status;
        bytes = bytes.subspan(size);
        to += size;
    }
    return DeviceStatus::Ok;
}

DeviceStatus WorkerProcess::read(std::span<std::byte> to, uint64_t from) {
    while (!to.empty()) {
        const size_t size = std::min(to.size(), pieceBytes);
        const DeviceStatus status = ask({.ask = Ask::Read, .words = {from, size}});
        if (status != DeviceStatus::Ok) return status;
        std::memcpy(to.data(), m_shared + readPiece, size);
        to = to.subspan(size);
        from += size;
    }
    return DeviceStatus::Ok;
}

}  // namespace vitrine::worker
