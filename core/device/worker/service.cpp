// SPDX-License-Identifier: Apache-2.0
// One request after another; trouble with what is not answered is kept for the next answer.
#include "core/device/worker/service.h"

#include <map>
#include <utility>

#include "core/base/socket_bytes.h"
#include "core/device/worker/message.h"
#include "core/device/worker/wire.h"

namespace vitrine::worker {

namespace {

using kernels::DeviceStatus;

const Patience forever;

template <class Pointer>
Pointer addressOf(uint64_t word) {
    return reinterpret_cast<Pointer>(word);
}
template <class Pointer>
uint64_t wordOf(Pointer address) {
    return reinterpret_cast<uint64_t>(address);
}

/// Whatever went wrong before: else something stays taken.
constexpr bool isOwed(Ask ask) {
    return ask == Ask::Release || ask == Ask::Forget || ask == Ask::DestroyGraph ||
           ask == Ask::EndCapture || ask == Ask::LetGo;
}

class Service {
  public:
    Service(int socket, std::span<std::byte> shared, const DeviceLibrary& library)
        : m_socket(socket), m_shared(shared), m_library(library), m_table(library.table) {}
    /// A device that is lost is left alone.
    ~Service() {
        if (m_context && m_status != DeviceStatus::Lost) m_table->close(m_context);
    }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    void run() {
        Request request;
        while (receiveAll(m_socket, std::as_writable_bytes(std::span(&request, 1)), forever) ==
               Passed::All) {
            if (request.magic != messageMagic) return;
            m_payload.resize(request.bytes);
            if (receiveAll(m_socket, m_payload, forever) != Passed::All) return;
            if (!serve(request)) return;
        }
    }

  private:
    /// Whether the other side is still there, and the device.
    bool serve(const Request& request) {
        m_answer.clear();
        m_word = 0;
        const bool isFree = m_status == DeviceStatus::Ok || isOwed(request.ask);
        if (isFree && m_status != DeviceStatus::Lost) keep(call(request));
        if (request.ask == Ask::WriteShared)
            reinterpret_cast<Shared*>(m_shared.data())->taken.fetch_add(1);
        return !isAnswered(request.ask) || answer();
    }

    /// What is told first is what happened first; a loss outweighs it.
    void keep(DeviceStatus status) {
        if (status == DeviceStatus::Ok) return;
        if (m_status != DeviceStatus::Ok && status != DeviceStatus::Lost) return;
        m_status = status;
        m_words = m_table ? m_table->errorText() : m_library.reason;
    }

    bool answer() {
        const DeviceStatus status = m_status;
        if (status != DeviceStatus::Ok && status != DeviceStatus::Refused) {
            m_answer.clear();
            append(m_answer, m_words.data(), m_words.size());
        }
        const Answer answer = {.status = status, .bytes = m_answer.size(), .word = m_word};
        if (status != DeviceStatus::Lost) m_status = DeviceStatus::Ok;
        return sendAll(m_socket, std::as_bytes(std::span(&answer, 1)), forever) == Passed::All &&
               sendAll(m_socket, m_answer, forever) == Passed::All && status != DeviceStatus::Lost;
    }

    DeviceStatus call(const Request& request) {
        if (request.ask == Ask::Count) return count();
        if (!m_table) return DeviceStatus::NoDevice;
        if (request.ask == Ask::Describe) return describe(static_cast<int32_t>(request.words[0]));
        if (request.ask == Ask::Open)
            return m_table->open(static_cast<int32_t>(request.words[0]),
                                 static_cast<kernels::ProductFormat>(request.words[1]), &m_context);
        return m_context ? callOfContext(request) : DeviceStatus::Failed;
    }

    /// That there is none is an answer, and its reason comes with it.
    DeviceStatus count() {
        const int32_t devices = m_table ? m_table->deviceCount() : 0;
        m_word = static_cast<uint64_t>(devices);
        const std::string reason = m_table ? m_table->errorText() : m_library.reason.c_str();
        if (devices == 0) append(m_answer, reason.data(), reason.size());
        return DeviceStatus::Ok;
    }

    DeviceStatus describe(int32_t device) {
        kernels::DeviceInfo info;
        const DeviceStatus status = m_table->describe(device, &info);
        put(m_answer, info);
        return status;
    }

    DeviceStatus callOfContext(const Request& request) {
        const auto& [first, second, third] = request.words;
        switch (request.ask) {
            case Ask::Allocate:
                return allocate(static_cast<int64_t>(first));
            case Ask::Release:
                m_table->release(m_context, addressOf<void*>(first));
                return DeviceStatus::Ok;
            case Ask::Write:
                return m_table->write(m_context, addressOf<void*>(first), m_payload.data(),
                                      static_cast<int64_t>(m_payload.size()));
            case Ask::WriteShared:
                return m_table->write(m_context, addressOf<void*>(first),
                                      m_shared.data() + writePiece(third % 2),
                                      static_cast<int64_t>(second));
            case Ask::Read:
                return m_table->read(m_context, m_shared.data() + readPiece,
                                     addressOf<const void*>(first), static_cast<int64_t>(second));
            case Ask::Copy:
                return m_table->copy(m_context, addressOf<void*>(first),
                                     addressOf<const void*>(second), static_cast<int64_t>(third));
            case Ask::Fill:
                return m_table->fill(m_context, addressOf<void*>(first),
                                     static_cast<uint8_t>(second), static_cast<int64_t>(third));
            case Ask::Wait:
                return m_table->wait(m_context);
            default:
                return callOfWork(request);
        }
    }

    DeviceStatus callOfWork(const Request& request) {
        const uint64_t first = request.words[0];
        switch (request.ask) {
            case Ask::Bind:
                return bind(static_cast<int64_t>(first));
            case Ask::Forget:
                m_kernels.erase(first);
                return DeviceStatus::Ok;
            case Ask::Launch:
                return launch(first, addressOf<void*>(request.words[1]));
            case Ask::LaunchTogether:
                return launchTogether(addressOf<void*>(first));
            case Ask::Hold:
                return hold(static_cast<DType>(first));
            case Ask::LetGo:
                return m_table->hold(m_context, nullptr, 0, {});
            case Ask::BeginCapture:
                return m_table->beginCapture(m_context);
            case Ask::EndCapture:
                return endCapture();
            case Ask::LaunchGraph:
                return m_table->launchGraph(m_context, addressOf<kernels::DeviceGraph*>(first));
            case Ask::DestroyGraph:
                m_table->destroyGraph(m_context, addressOf<kernels::DeviceGraph*>(first));
                return DeviceStatus::Ok;
            case Ask::Mark:
                return m_table->mark(m_context, static_cast<int32_t>(first));
            case Ask::Seconds:
                return secondsBetween(static_cast<int32_t>(first), request.words[1]);
            default:
                return DeviceStatus::Failed;
        }
    }

    DeviceStatus allocate(int64_t bytes) {
        void* memory = nullptr;
        const DeviceStatus status = m_table->allocate(m_context, bytes, &memory);
        m_word = wordOf(memory);
        return status;
    }

    DeviceStatus bind(int64_t alignment) {
        kernels::Call call;
        Reader reader{m_payload};
        take(reader, call);
        if (!reader.isWhole) return DeviceStatus::Failed;
        kernels::StreamKernel kernel;
        const DeviceStatus status = m_table->bind(m_context, &call, alignment, &kernel);
        put(m_answer, kernel);
        if (!kernel.launch) return status;
        m_word = ++m_lastKernel;
        m_kernels.emplace(m_word, std::move(kernel));
        return status;
    }

    DeviceStatus launch(uint64_t number, void* workspace) {
        const auto found = m_kernels.find(number);
        if (found == m_kernels.end()) return DeviceStatus::Failed;
        m_operands.resize(m_payload.size() / sizeof(void*));
        std::memcpy(m_operands.data(), m_payload.data(), m_operands.size() * sizeof(void*));
        const kernels::StreamKernel& kernel = found->second;
        return kernel.launch(m_context, kernel.problem.get(), m_operands.data(), workspace);
    }

    DeviceStatus launchTogether(void* workspace) {
        Reader reader{m_payload};
        std::vector<const kernels::StreamKernel*> kernels;
        std::vector<std::vector<void*>> operands;
        while (reader.isWhole && !reader.rest.empty()) {
            uint64_t number = 0;
            take(reader, number);
            const auto found = m_kernels.find(number);
            if (found == m_kernels.end()) return DeviceStatus::Failed;
            kernels.push_back(&found->second);
            operands.emplace_back(reader.takeCount(sizeof(void*)));
            reader.take(operands.back().data(), operands.back().size() * sizeof(void*));
        }
        if (!reader.isWhole || kernels.empty()) return DeviceStatus::Failed;
        std::vector<void* const*> places;
        for (const auto& each : operands) places.push_back(each.data());
        return m_table->launchTogether(m_context, kernels.data(),
                                       static_cast<int32_t>(kernels.size()), places.data(),
                                       workspace);
    }

    DeviceStatus hold(DType type) {
        std::vector<const void*> numbers(m_payload.size() / sizeof(void*));
        std::memcpy(numbers.data(), m_payload.data(), numbers.size() * sizeof(void*));
        return m_table->hold(m_context, numbers.data(), static_cast<int32_t>(numbers.size()), type);
    }

    DeviceStatus endCapture() {
        kernels::DeviceGraph* graph = nullptr;
        const DeviceStatus status = m_table->endCapture(m_context, &graph);
        m_word = wordOf(graph);
        return status;
    }

    DeviceStatus secondsBetween(int32_t first, uint64_t count) {
        std::vector<float> seconds(count);
        const DeviceStatus status =
            m_table->secondsBetween(m_context, first, static_cast<int32_t>(count), seconds.data());
        append(m_answer, seconds.data(), seconds.size() * sizeof(float));
        return status;
    }

    const int m_socket;
    const std::span<std::byte> m_shared;
    const DeviceLibrary& m_library;
    const kernels::DeviceTable* const m_table;
    kernels::DeviceContext* m_context = nullptr;
    std::map<uint64_t, kernels::StreamKernel> m_kernels;
    uint64_t m_lastKernel = 0;
    std::vector<void*> m_operands;
    Bytes m_payload, m_answer;
    uint64_t m_word = 0;
    DeviceStatus m_status = DeviceStatus::Ok;  ///< trouble that nobody has been told of
    std::string m_words;
};

}  // namespace

void serve(int socket, std::span<std::byte> shared, const DeviceLibrary& library) {
    Service(socket, shared, library).run();
}

}  // namespace vitrine::worker
