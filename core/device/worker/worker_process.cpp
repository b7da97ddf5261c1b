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
#include <mutex>

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

/// All that were started and are there still.
struct Started {
    std::mutex mutex;
    std::vector<std::weak_ptr<WorkerProcess>> workers;
};
Started& started() {
    static Started all;
    return all;
}
std::vector<std::shared_ptr<WorkerProcess>> startedWorkers() {
    Started& all = started();
    const std::scoped_lock lock(all.mutex);
    std::erase_if(all.workers, [](const auto& worker) { return worker.expired(); });
    std::vector<std::shared_ptr<WorkerProcess>> workers;
    for (const auto& worker : all.workers)
        if (auto one = worker.lock()) workers.push_back(std::move(one));
    return workers;
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
    if (error == 0) {
        std::shared_ptr<WorkerProcess> worker(
            new WorkerProcess(process, socket, shared, places.patience));
        const std::scoped_lock lock(started().mutex);
        started().workers.push_back(worker);
        return worker;
    }
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
    const bool isHopeless = m_isLate || m_isGivenUp;
    const int status = endChild(m_process, std::chrono::milliseconds(isHopeless ? 0 : 2000));
    if (m_words.empty())
        m_words = fmt::format("the process that uses the device ended: {}", endText(status));
    return DeviceStatus::Lost;
}

DeviceStatus WorkerProcess::failed() {
    if (m_isGivenUp) return end("the device did not answer, and its process was ended");
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

class WorkerProcess::Asking {
  public:
    explicit Asking(WorkerProcess& worker)
        : m_askedAt(worker.m_askedAt), m_before(m_askedAt.load(std::memory_order_relaxed)) {
        if (m_before == 0) m_askedAt = Patience::Clock::now().time_since_epoch().count();
    }
    ~Asking() { m_askedAt = m_before; }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

  private:
    std::atomic<Patience::Clock::rep>& m_askedAt;
    const Patience::Clock::rep m_before;
};

std::chrono::milliseconds WorkerProcess::silence() const {
    const Patience::Clock::rep askedAt = m_askedAt;
    if (askedAt == 0) return {};
    const Patience::Clock::time_point since{Patience::Clock::duration(askedAt)};
    return std::chrono::duration_cast<std::chrono::milliseconds>(Patience::Clock::now() - since);
}

void WorkerProcess::giveUp() {
    m_isGivenUp = true;
    shutdown(m_socket.get(), SHUT_RDWR);
}

DeviceStatus WorkerProcess::ask(Request request, std::span<const std::byte> payload) {
    if (m_hasEnded) return DeviceStatus::Lost;
    const Asking asking(*this);
    return exchange(request, payload);
}

DeviceStatus WorkerProcess::exchange(Request& request, std::span<const std::byte> payload) {
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
        const Asking asking(*this);
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

std::chrono::milliseconds longestSilence() {
    std::chrono::milliseconds longest{};
    for (const auto& worker : startedWorkers()) longest = std::max(longest, worker->silence());
    return longest;
}

void giveUpSilent(std::chrono::milliseconds forSoLong) {
    for (const auto& worker : startedWorkers())
        if (worker->silence() >= forSoLong) worker->giveUp();
}

}  // namespace vitrine::worker
