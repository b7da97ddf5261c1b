// SPDX-License-Identifier: Apache-2.0
// A queue of functions, and loops.
#include "tests/support/host_device.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <utility>

#include "kernels/cuda/problems.h"

namespace vitrine::test {

namespace {

using namespace kernels;
using Work = std::vector<std::function<void()>>;

HostDevice host;
std::string words;
bool isLost = false;

struct Context : DeviceContext {
    Work queue, recorded;
    bool isRecording = false;
    std::map<void*, int64_t> memory;  ///< bytes of each piece
    std::shared_ptr<bool> held;       ///< by what launches are, from now on
    int64_t ticks = 0;                ///< pieces of work that were done, marks left out
    std::map<int32_t, int64_t> marks;

    void finish() {
        for (const auto& work : queue) {
            work();
            ++ticks;
        }
        queue.clear();
    }
    void put(std::function<void()> work) {
        (isRecording ? recorded : queue).push_back(std::move(work));
    }
};

struct Graph : DeviceGraph {
    Work work;
};

Context& contextOf(DeviceContext* context) { return *static_cast<Context*>(context); }

DeviceStatus fail(DeviceStatus status, std::string text) {
    words = std::move(text);
    isLost = isLost || status == DeviceStatus::Lost;
    return status;
}

/// Every call comes through here, first of all.
void note(std::string call) {
    if (isLost) ++host.callsAfterLoss;
    host.calls.push_back(std::move(call));
}

/// Whether a call that has a status goes on.
DeviceStatus start(std::string call) {
    note(call);
    if (host.count++ == host.failAt) {
        if (host.atFailure) host.atFailure();
        return fail(host.failure, "planned trouble (" + call + ")");
    }
    return isLost ? fail(DeviceStatus::Lost, "lost") : DeviceStatus::Ok;
}

/// The same for what cannot be recorded.
DeviceStatus startOutside(DeviceContext* context, const std::string& call) {
    const DeviceStatus status = start(call);
    if (status != DeviceStatus::Ok || !contextOf(context).isRecording) return status;
    return fail(DeviceStatus::Failed, "not while launches are recorded: " + call);
}

int32_t deviceCount() {
    if (host.devices == 0) words = "no device is there";
    return host.devices;
}

DeviceStatus describe(int32_t, DeviceInfo* info) {
    const DeviceStatus status = start("describe");
    if (status == DeviceStatus::Ok)
        *info = {"host device", "loops", host.memoryBytes, host.memoryBytes - host.usedBytes};
    return status;
}

DeviceStatus open(int32_t, kernels::ProductFormat, DeviceContext** context) {
    const DeviceStatus status = start("open");
    if (status != DeviceStatus::Ok) return status;
    *context = new Context;
    ++host.contexts;
    return status;
}

void close(DeviceContext* context) {
    note("close");
    contextOf(context).finish();
    delete &contextOf(context);
    --host.contexts;
}

const char* errorText() { return words.c_str(); }

DeviceStatus allocate(DeviceContext* context, int64_t bytes, void** memory) {
    const DeviceStatus status = startOutside(context, "allocate " + std::to_string(bytes));
    if (status != DeviceStatus::Ok) return status;
    if (bytes > host.memoryBytes - host.usedBytes)
        return fail(DeviceStatus::OutOfMemory, "no room for " + std::to_string(bytes) + " bytes");
    *memory = std::aligned_alloc(static_cast<size_t>(deviceAlignment), static_cast<size_t>(bytes));
    std::memset(*memory, 0xa5, static_cast<size_t>(bytes));
    contextOf(context).memory[*memory] = bytes;
    host.usedBytes += bytes;
    ++host.allocations;
    return status;
}

void release(DeviceContext* context, void* memory) {
    note("release");
    contextOf(context).finish();
    host.usedBytes -= contextOf(context).memory[memory];
    --host.allocations;
    contextOf(context).memory.erase(memory);
    std::free(memory);
}

DeviceStatus write(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    const DeviceStatus status = startOutside(context, "write " + std::to_string(bytes));
    if (status != DeviceStatus::Ok) return status;
    const auto* const first = static_cast<const std::byte*>(from);
    contextOf(context).put([to, staged = std::vector<std::byte>(first, first + bytes)] {
        std::memcpy(to, staged.data(), staged.size());
    });
    return status;
}

DeviceStatus read(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    const DeviceStatus status = startOutside(context, "read " + std::to_string(bytes));
    if (status != DeviceStatus::Ok) return status;
    contextOf(context).finish();
    std::memcpy(to, from, static_cast<size_t>(bytes));
    return status;
}

DeviceStatus copy(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    const DeviceStatus status = startOutside(context, "copy " + std::to_string(bytes));
    if (status == DeviceStatus::Ok)
        contextOf(context).put([=] { std::memcpy(to, from, static_cast<size_t>(bytes)); });
    return status;
}

DeviceStatus fill(DeviceContext* context, void* at, uint8_t value, int64_t bytes) {
    const DeviceStatus status = startOutside(context, "fill " + std::to_string(bytes));
    if (status == DeviceStatus::Ok)
        contextOf(context).put([=] { std::memset(at, value, static_cast<size_t>(bytes)); });
    return status;
}

// y = what is said in kernels/cuda/problems.h, in plain loops.

void run(const cuda::FillWords& fill, void* const* operands) {
    auto* const y = static_cast<std::byte*>(operands[0]);
    for (int64_t i = 0; i < fill.count; ++i)
        std::memcpy(y + i * fill.wordBytes, &fill.word, static_cast<size_t>(fill.wordBytes));
}

template <class T>
void addAs(const cuda::AddArrays& add, void* const* operands) {
    const auto* const a = static_cast<const T*>(operands[0]);
    const auto* const b = static_cast<const T*>(operands[1]);
    auto* const y = static_cast<T*>(operands[2]);
    for (int64_t i = 0; i < add.count; ++i) y[i] = a[i] + b[i];
}

void run(const cuda::AddArrays& add, void* const* operands) {
    add.dtype == DType::F64 ? addAs<double>(add, operands) : addAs<float>(add, operands);
}

double element(const float* matrix, const cuda::MatrixPlace& place, int64_t row, int64_t column) {
    return place.isTransposed ? matrix[column * place.pitch + row]
                              : matrix[row * place.pitch + column];
}

void run(const cuda::MatrixProduct& product, void* const* operands) {
    const auto* const a = static_cast<const float*>(operands[0]);
    const auto* const b = static_cast<const float*>(operands[1]);
    auto* const y = static_cast<float*>(operands[2]);
    for (int64_t m = 0; m < product.rows; ++m)
        for (int64_t n = 0; n < product.columns; ++n) {
            double sum = 0;
            for (int64_t k = 0; k < product.depth; ++k)
                sum += element(a, product.a, m, k) * element(b, product.b, k, n);
            y[m * product.columns + n] = static_cast<float>(sum);
        }
}

constexpr const char* nameOf(const cuda::FillWords&) { return "fill"; }
constexpr const char* nameOf(const cuda::AddArrays&) { return "add"; }
constexpr const char* nameOf(const cuda::MatrixProduct&) { return "matmul"; }
constexpr size_t operandsOf(const cuda::FillWords&) { return 1; }
template <class Other>
constexpr size_t operandsOf(const Other&) {
    return 3;
}

template <class Problem>
DeviceStatus launch(DeviceContext* context, const void* given, void* const* operands, void*) {
    const auto& problem = *static_cast<const Problem*>(given);
    const DeviceStatus status = start(std::string("launch ") + nameOf(problem));
    if (status != DeviceStatus::Ok) return status;
    contextOf(context).put([problem, held = contextOf(context).held,
                            kept = std::vector<void*>(operands, operands + operandsOf(problem))] {
        if (!held || !*held) run(problem, kept.data());
    });
    return status;
}

template <class Problem>
void take(const std::optional<Problem>& problem, const std::string& reason, StreamKernel* kernel) {
    if (!problem) {
        kernel->refused.push_back(reason);
        return;
    }
    kernel->name = std::string(nameOf(*problem)) + " loops";
    kernel->problem = std::make_shared<const Problem>(*problem);
    kernel->launch = launch<Problem>;
}

DeviceStatus bind(DeviceContext* context, const Call* call, int64_t alignment,
                  StreamKernel* kernel) {
    const DeviceStatus status = startOutside(context, "bind " + std::to_string(alignment));
    if (status != DeviceStatus::Ok) return status;
    std::string reason = "has no kernel of this family";
    if (std::holds_alternative<Fill>(call->problem))
        take(cuda::fillOf(*call, &reason), reason, kernel);
    else if (std::holds_alternative<Map>(call->problem))
        take(cuda::addOf(*call, &reason), reason, kernel);
    else if (std::holds_alternative<MatMul>(call->problem) && host.hasProducts)
        take(cuda::productOf(*call, &reason), reason, kernel);
    else
        kernel->refused.push_back(reason);
    return kernel->launch ? status : fail(DeviceStatus::Refused, kernel->refused.front());
}

DeviceStatus launchTogether(DeviceContext* context, const StreamKernel* const* kernels,
                            int32_t count, void* const* const* operands, void* workspace) {
    const DeviceStatus status = start("launchTogether of " + std::to_string(count));
    for (int32_t k = 0; status == DeviceStatus::Ok && k < count; ++k) {
        const DeviceStatus launched =
            kernels[k]->launch(context, kernels[k]->problem.get(), operands[k], workspace);
        if (launched != DeviceStatus::Ok) return launched;
    }
    return status;
}

double numberAt(const void* at, DType type) {
    return type == DType::F64 ? *static_cast<const double*>(at) : *static_cast<const float*>(at);
}

DeviceStatus hold(DeviceContext* context, const void* const* numbers, int32_t count, DType type) {
    contextOf(context).held.reset();
    if (count == 0) return DeviceStatus::Ok;
    const DeviceStatus status = start("hold");
    if (status != DeviceStatus::Ok) return status;
    contextOf(context).held = std::make_shared<bool>(false);
    contextOf(context).put([held = contextOf(context).held, type,
                            all = std::vector<const void*>(numbers, numbers + count)] {
        *held = std::ranges::any_of(
            all, [=](const void* at) { return !std::isfinite(numberAt(at, type)); });
    });
    return status;
}

DeviceStatus beginCapture(DeviceContext* context) {
    const DeviceStatus status = startOutside(context, "beginCapture");
    if (status == DeviceStatus::Ok) contextOf(context).isRecording = true;
    return status;
}

DeviceStatus endCapture(DeviceContext* context, DeviceGraph** graph) {
    const DeviceStatus status = start("endCapture");
    contextOf(context).isRecording = false;
    Work recorded = std::exchange(contextOf(context).recorded, {});
    if (status != DeviceStatus::Ok) return status;
    auto* const made = new Graph;
    made->work = std::move(recorded);
    *graph = made;
    ++host.graphs;
    return status;
}

DeviceStatus launchGraph(DeviceContext* context, const DeviceGraph* graph) {
    const auto& work = static_cast<const Graph*>(graph)->work;
    const DeviceStatus status =
        startOutside(context, "launchGraph of " + std::to_string(work.size()));
    if (status == DeviceStatus::Ok)
        for (const auto& part : work) contextOf(context).put(part);
    return status;
}

void destroyGraph(DeviceContext*, DeviceGraph* graph) {
    note("destroyGraph");
    delete static_cast<Graph*>(graph);
    --host.graphs;
}

DeviceStatus mark(DeviceContext* context, int32_t number) {
    const DeviceStatus status = start("mark " + std::to_string(number));
    Context& at = contextOf(context);
    if (status == DeviceStatus::Ok) at.put([&at, number] { at.marks[number] = at.ticks--; });
    return status;
}

/// Its time: a piece of work takes a millisecond.
DeviceStatus secondsBetween(DeviceContext* context, int32_t first, int32_t count, float* seconds) {
    const DeviceStatus status = startOutside(context, "secondsBetween");
    if (status != DeviceStatus::Ok) return status;
    Context& at = contextOf(context);
    at.finish();
    for (int32_t i = 0; i < count; ++i)
        seconds[i] = 1e-3f * static_cast<float>(at.marks[first + i + 1] - at.marks[first + i]);
    return status;
}

DeviceStatus wait(DeviceContext* context) {
    const DeviceStatus status = startOutside(context, "wait");
    if (status == DeviceStatus::Ok) contextOf(context).finish();
    return status;
}

constexpr DeviceTable table = {.abi = deviceAbi(),
                               .kind = "host",
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

HostDevice& newHostDevice() {
    host = {};
    words.clear();
    isLost = false;
    return host;
}

const DeviceTable& hostDeviceTable() { return table; }

}  // namespace vitrine::test
