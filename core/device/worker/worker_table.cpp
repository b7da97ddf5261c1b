// SPDX-License-Identifier: Apache-2.0
// Each call of the table as a message.
#include "core/device/worker/worker_table.h"

#include <filesystem>
#include <mutex>

namespace vitrine::worker {

using kernels::Call;
using kernels::DeviceContext;
using kernels::DeviceGraph;
using kernels::DeviceInfo;
using kernels::DeviceStatus;
using kernels::DeviceTable;
using kernels::StreamKernel;

namespace {

struct Context : DeviceContext {
    std::shared_ptr<WorkerProcess> worker;
};

struct Kernel {
    Kernel(std::shared_ptr<WorkerProcess> owner, uint64_t given, size_t count)
        : worker(std::move(owner)), number(given), operands(count) {}
    ~Kernel() { worker->ask({.ask = Ask::Forget, .words = {number}}); }
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;

    std::shared_ptr<WorkerProcess> worker;
    uint64_t number;
    size_t operands;
};

/// The one that no device is opened in yet.
struct Idle {
    std::mutex mutex;
    std::shared_ptr<WorkerProcess> worker;
    std::optional<WorkerPlaces> places;
};
Idle& idle() {
    static Idle one;
    return one;
}

thread_local std::string words;

template <class Pointer>
uint64_t wordOf(Pointer address) {
    return reinterpret_cast<uint64_t>(address);
}

WorkerProcess& workerOf(const DeviceContext* context) {
    return *static_cast<const Context*>(context)->worker;
}

DeviceStatus told(const WorkerProcess& worker, DeviceStatus status) {
    if (status != DeviceStatus::Ok && status != DeviceStatus::Refused) words = worker.words();
    return status;
}

DeviceStatus ask(const DeviceContext* context, Ask what, std::array<uint64_t, 3> given = {},
                 std::span<const std::byte> payload = {}) {
    WorkerProcess& worker = workerOf(context);
    return told(worker, worker.ask({.ask = what, .words = given}, payload));
}

/// Started where there is none. Called with the lock; null where none can be, and words say why.
std::shared_ptr<WorkerProcess> idleWorker() {
    Idle& one = idle();
    if (!one.worker)
        one.worker = WorkerProcess::start(one.places ? *one.places : usualPlaces(), words);
    return one.worker;
}

/// Asks the idle one. Should it fail, the next question has a new one.
DeviceStatus askIdle(const Request& request, std::shared_ptr<WorkerProcess>& worker) {
    worker = idleWorker();
    if (!worker) return DeviceStatus::NoDevice;
    const DeviceStatus status = told(*worker, worker->ask(request));
    if (status == DeviceStatus::Lost) idle().worker.reset();
    return status;
}

int32_t deviceCount() {
    const std::scoped_lock lock(idle().mutex);
    std::shared_ptr<WorkerProcess> worker;
    if (askIdle({.ask = Ask::Count}, worker) != DeviceStatus::Ok) return 0;
    const auto count = static_cast<int32_t>(worker->word());
    if (count == 0)
        words.assign(reinterpret_cast<const char*>(worker->bytes().data()), worker->bytes().size());
    return count;
}

DeviceStatus describe(int32_t device, DeviceInfo* info) {
    const std::scoped_lock lock(idle().mutex);
    std::shared_ptr<WorkerProcess> worker;
    const DeviceStatus status =
        askIdle({.ask = Ask::Describe, .words = {static_cast<uint64_t>(device)}}, worker);
    if (status != DeviceStatus::Ok) return status;
    Reader reader{worker->bytes()};
    take(reader, *info);
    return status;
}

DeviceStatus open(int32_t device, kernels::ProductFormat products, DeviceContext** context) {
    const std::scoped_lock lock(idle().mutex);
    std::shared_ptr<WorkerProcess> worker;
    const DeviceStatus status =
        askIdle({.ask = Ask::Open,
                 .words = {static_cast<uint64_t>(device), static_cast<uint64_t>(products)}},
                worker);
    if (status != DeviceStatus::Ok) return status;
    idle().worker.reset();
    auto made = std::make_unique<Context>();
    made->worker = std::move(worker);
    *context = made.release();
    return status;
}

void close(DeviceContext* context) { delete static_cast<Context*>(context); }

const char* errorText() { return words.c_str(); }

DeviceStatus allocate(DeviceContext* context, int64_t bytes, void** memory) {
    const DeviceStatus status = ask(context, Ask::Allocate, {static_cast<uint64_t>(bytes)});
    if (status == DeviceStatus::Ok) *memory = reinterpret_cast<void*>(workerOf(context).word());
    return status;
}

void release(DeviceContext* context, void* memory) { ask(context, Ask::Release, {wordOf(memory)}); }

DeviceStatus write(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    WorkerProcess& worker = workerOf(context);
    return told(worker, worker.write(wordOf(to), {static_cast<const std::byte*>(from),
                                                  static_cast<size_t>(bytes)}));
}

DeviceStatus read(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    WorkerProcess& worker = workerOf(context);
    return told(worker, worker.read({static_cast<std::byte*>(to), static_cast<size_t>(bytes)},
                                    wordOf(from)));
}

DeviceStatus copy(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    return ask(context, Ask::Copy, {wordOf(to), wordOf(from), static_cast<uint64_t>(bytes)});
}

DeviceStatus fill(DeviceContext* context, void* at, uint8_t value, int64_t bytes) {
    return ask(context, Ask::Fill, {wordOf(at), value, static_cast<uint64_t>(bytes)});
}

DeviceStatus launch(DeviceContext* context, const void* problem, void* const* operands,
                    void* workspace) {
    const auto& kernel = *static_cast<const Kernel*>(problem);
    return ask(context, Ask::Launch, {kernel.number, wordOf(workspace)},
               std::as_bytes(std::span(operands, kernel.operands)));
}

DeviceStatus bind(DeviceContext* context, const Call* call, int64_t alignment,
                  StreamKernel* kernel) {
    Bytes payload;
    put(payload, *call);
    const DeviceStatus status =
        ask(context, Ask::Bind, {static_cast<uint64_t>(alignment)}, payload);
    if (status != DeviceStatus::Ok && status != DeviceStatus::Refused) return status;
    WorkerProcess& worker = workerOf(context);
    Reader reader{worker.bytes()};
    take(reader, *kernel);
    if (worker.word() == 0) return status;
    kernel->problem = std::make_shared<const Kernel>(static_cast<const Context*>(context)->worker,
                                                     worker.word(), call->operands.size());
    kernel->launch = launch;
    return status;
}

DeviceStatus launchTogether(DeviceContext* context, const StreamKernel* const* kernels,
                            int32_t count, void* const* const* operands, void* workspace) {
    Bytes payload;
    for (int32_t k = 0; k < count; ++k) {
        const auto& kernel = *static_cast<const Kernel*>(kernels[k]->problem.get());
        put(payload, kernel.number);
        put(payload, uint64_t{kernel.operands});
        append(payload, operands[k], kernel.operands * sizeof(void*));
    }
    return ask(context, Ask::LaunchTogether, {wordOf(workspace)}, payload);
}

DeviceStatus hold(DeviceContext* context, const void* const* numbers, int32_t count, DType type) {
    return ask(context, count == 0 ? Ask::LetGo : Ask::Hold, {static_cast<uint64_t>(type)},
               std::as_bytes(std::span(numbers, static_cast<size_t>(count))));
}

DeviceStatus beginCapture(DeviceContext* context) { return ask(context, Ask::BeginCapture); }

DeviceStatus endCapture(DeviceContext* context, DeviceGraph** graph) {
    const DeviceStatus status = ask(context, Ask::EndCapture);
    if (status == DeviceStatus::Ok)
        *graph = reinterpret_cast<DeviceGraph*>(workerOf(context).word());
    return status;
}

DeviceStatus launchGraph(DeviceContext* context, const DeviceGraph* graph) {
    return ask(context, Ask::LaunchGraph, {wordOf(graph)});
}

void destroyGraph(DeviceContext* context, DeviceGraph* graph) {
    ask(context, Ask::DestroyGraph, {wordOf(graph)});
}

DeviceStatus mark(DeviceContext* context, int32_t number) {
    return ask(context, Ask::Mark, {static_cast<uint64_t>(number)});
}

DeviceStatus secondsBetween(DeviceContext* context, int32_t first, int32_t count, float* seconds) {
    const DeviceStatus status =
        ask(context, Ask::Seconds, {static_cast<uint64_t>(first), static_cast<uint64_t>(count)});
    if (status != DeviceStatus::Ok) return status;
    Reader reader{workerOf(context).bytes()};
    reader.take(seconds, static_cast<size_t>(count) * sizeof(float));
    return reader.isWhole ? status : DeviceStatus::Failed;
}

DeviceStatus wait(DeviceContext* context) { return ask(context, Ask::Wait); }

constexpr DeviceTable table = {.abi = kernels::deviceAbi(),
                               .kind = "CUDA",
                               .deviceCount = deviceCount,
                               .describe = describe,
                               .open = open,
                               .close = close,
                               .errorText = errorText,
                               .allocate = allocate,
                               .release = release,
                               .write = write,
                               .read = read,
                               .copy = copy,
                               .fill = fill,
                               .bind = bind,
                               .launchTogether = launchTogether,
                               .hold = hold,
                               .beginCapture = beginCapture,
                               .endCapture = endCapture,
                               .launchGraph = launchGraph,
                               .destroyGraph = destroyGraph,
                               .mark = mark,
                               .secondsBetween = secondsBetween,
                               .wait = wait};

}  // namespace

const DeviceTable& workerTable() { return table; }

DeviceLibrary workerLibrary() {
    Idle& one = idle();
    const std::scoped_lock lock(one.mutex);
    const WorkerPlaces places = one.places ? *one.places : usualPlaces();
    std::error_code ignored;
    for (const std::string& path : places.libraries)
        if (std::filesystem::exists(path, ignored))
            return {.table = &table, .path = path, .reason = {}};
    return loadDeviceLibrary({});  // says why there is none
}

void endIdleWorker() {
    const std::scoped_lock lock(idle().mutex);
    idle().worker.reset();
}

void useWorkersOf(std::optional<WorkerPlaces> places) {
    const std::scoped_lock lock(idle().mutex);
    idle().worker.reset();
    idle().places = std::move(places);
}

pid_t processOf(const DeviceContext* context) { return workerOf(context).process(); }

}  // namespace vitrine::worker
