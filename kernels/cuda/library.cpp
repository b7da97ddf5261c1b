// SPDX-License-Identifier: Apache-2.0
// The table that the library gives: devices, memory, capture, and which kernel takes a call.
#include <cstring>
#include <new>

#include "kernels/api/chain_steps.h"
#include "kernels/api/warp_groups.h"
#include "kernels/cuda/kernels.h"
#include "kernels/cuda/marks.h"
#include "kernels/cuda/operands.h"
#include "kernels/cuda/transfer.h"

namespace vitrine::kernels::cuda {

namespace {

constexpr int leastCapability = 75;  ///< nothing here needs more than compute capability 7.5

/// Calls `work`; what it throws (memory of the host alone) is a status.
template <class Work>
DeviceStatus guarded(Work work) noexcept {
    try {
        return work();
    } catch (const std::exception& found) {
        return fail(DeviceStatus::Failed, found.what());
    }
}

/// For what cannot be recorded.
DeviceStatus enterOutsideOfCapture(const DeviceContext* context, const char* what) {
    if (static_cast<const Context*>(context)->isCapturing)
        return fail(DeviceStatus::Failed, std::string("not while launches are recorded: ") + what);
    return enter(*static_cast<const Context*>(context));
}

int32_t deviceCount() {
    int driver = 0, count = 0;
    // What CUDA itself says then ("driver version is insufficient") sends people after a newer one.
    if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0) {
        fail(DeviceStatus::NoDevice, "this machine has no NVIDIA driver");
        return 0;
    }
    return statusOf(cudaGetDeviceCount(&count), "cudaGetDeviceCount") == DeviceStatus::Ok ? count
                                                                                          : 0;
}

DeviceStatus describe(int32_t device, DeviceInfo* info) {
    return guarded([&] {
        cudaDeviceProp properties{};
        VITRINE_CUDA_TRY(cudaGetDeviceProperties(&properties, device));
        info->name = properties.name;
        info->architecture =
            "sm_" + std::to_string(properties.major) + std::to_string(properties.minor);
        info->memoryBytes = static_cast<int64_t>(properties.totalGlobalMem);
        VITRINE_CUDA_TRY(cudaSetDevice(device));
        size_t free = 0, total = 0;
        VITRINE_CUDA_TRY(cudaMemGetInfo(&free, &total));
        info->freeBytes = static_cast<int64_t>(free);
        return DeviceStatus::Ok;
    });
}

DeviceStatus checkArchitecture(int32_t device, Context& context) {
    int major = 0, minor = 0;
    VITRINE_CUDA_TRY(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device));
    VITRINE_CUDA_TRY(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device));
    VITRINE_CUDA_TRY(
        cudaDeviceGetAttribute(&context.multiprocessors, cudaDevAttrMultiProcessorCount, device));
    if (major * 10 + minor >= leastCapability) return DeviceStatus::Ok;
    return fail(DeviceStatus::NoDevice, "wants compute capability 7.5 or more, the device has " +
                                            std::to_string(major) + "." + std::to_string(minor));
}

DeviceStatus makeStaging(Context& context) {
    for (Staging& piece : context.staging) {
        void* host = nullptr;
        VITRINE_CUDA_TRY(cudaMallocHost(&host, static_cast<size_t>(Context::stagingBytes)));
        piece.host = static_cast<std::byte*>(host);
        VITRINE_CUDA_TRY(cudaEventCreateWithFlags(&piece.done, cudaEventDisableTiming));
    }
    void* small = nullptr;
    VITRINE_CUDA_TRY(cudaMallocHost(&small, static_cast<size_t>(Context::smallBytes)));
    context.small = static_cast<std::byte*>(small);
    return DeviceStatus::Ok;
}

DeviceStatus open(int32_t device, ProductFormat products, DeviceContext** opened) {
    return guarded([&] {
        auto context = std::make_unique<Context>();
        context->device = device;
        context->products = withoutWarpGroups(products);
        VITRINE_CUDA_TRY(cudaSetDevice(device));
        DeviceStatus status = checkArchitecture(device, *context);
        if (status != DeviceStatus::Ok) return status;
        VITRINE_CUDA_TRY(cudaStreamCreateWithFlags(&context->stream, cudaStreamNonBlocking));
        status = makeStaging(*context);
        if (status != DeviceStatus::Ok) return status;
        void* flag = nullptr;
        VITRINE_CUDA_TRY(cudaMalloc(&flag, sizeof *context->flag));
        context->flag = static_cast<int32_t*>(flag);
        if (isByWarpGroups(products)) status = takeWarpGroups(*context);
        if (status != DeviceStatus::Ok) return status;
        *opened = context.release();
        return DeviceStatus::Ok;
    });
}

void close(DeviceContext* context) { delete contextOf(context); }

const char* errorText() { return lastWords().c_str(); }

DeviceStatus allocate(DeviceContext* context, int64_t bytes, void** memory) {
    const DeviceStatus status = enterOutsideOfCapture(context, "allocate");
    if (status != DeviceStatus::Ok) return status;
    VITRINE_CUDA_TRY(cudaMalloc(memory, static_cast<size_t>(bytes)));
    return DeviceStatus::Ok;
}

/// What still is in the queue may use the memory: the run time waits for it. Whether the device can
/// be made the present one is not asked: memory says whose it is.
void release(DeviceContext* context, void* memory) {
    static_cast<void>(enter(*contextOf(context)));
    static_cast<void>(cudaFree(memory));
}

DeviceStatus write(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    const DeviceStatus status = enterOutsideOfCapture(context, "write");
    return status == DeviceStatus::Ok ? writeStaged(*contextOf(context), to, from, bytes) : status;
}

DeviceStatus read(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    const DeviceStatus status = enterOutsideOfCapture(context, "read");
    return status == DeviceStatus::Ok ? readStaged(*contextOf(context), to, from, bytes) : status;
}

DeviceStatus copy(DeviceContext* context, void* to, const void* from, int64_t bytes) {
    const DeviceStatus status = enterOutsideOfCapture(context, "copy");
    if (status != DeviceStatus::Ok) return status;
    VITRINE_CUDA_TRY(cudaMemcpyAsync(to, from, static_cast<size_t>(bytes), cudaMemcpyDeviceToDevice,
                                     contextOf(context)->stream));
    return DeviceStatus::Ok;
}

DeviceStatus fill(DeviceContext* context, void* at, uint8_t value, int64_t bytes) {
    const DeviceStatus status = enterOutsideOfCapture(context, "fill");
    if (status != DeviceStatus::Ok) return status;
    VITRINE_CUDA_TRY(
        cudaMemsetAsync(at, value, static_cast<size_t>(bytes), contextOf(context)->stream));
    return DeviceStatus::Ok;
}

/// The families that there are; every other problem is refused.
struct Binder {
    Context& context;
    const Call& call;
    int64_t alignment;
    StreamKernel* kernel;

#define VITRINE_BIND(Family, function) \
    DeviceStatus operator()(const Family&) const { return function(context, call, kernel); }
    VITRINE_BIND(Fill, bindFill)
    VITRINE_BIND(Map, bindMap)
    VITRINE_BIND(ScaleBy, bindScaleBy)
    VITRINE_BIND(Compare, bindCompare)
    VITRINE_BIND(Select, bindSelect)
    VITRINE_BIND(WholeMap, bindWholeMap)
    VITRINE_BIND(Dropout, bindDropout)
    VITRINE_BIND(Uniform, bindUniform)
    VITRINE_BIND(Cast, bindCast)
    VITRINE_BIND(Normalize, bindNormalize)
    VITRINE_BIND(Copy, bindCopy)
    VITRINE_BIND(Reorder, bindReorder)
    VITRINE_BIND(Concat, bindConcat)
    VITRINE_BIND(ZeroPad, bindZeroPad)
    VITRINE_BIND(Gather, bindGather)
    VITRINE_BIND(ScatterAdd, bindScatterAdd)
    VITRINE_BIND(Scatter, bindScatter)
    VITRINE_BIND(Along, bindAlong)
    VITRINE_BIND(Resample, bindResample)
    VITRINE_BIND(Reduce, bindReduce)
    VITRINE_BIND(Conv, bindConv)
    VITRINE_BIND(Pool, bindPool)
    VITRINE_BIND(Channel, bindChannel)
    VITRINE_BIND(Linear, bindLinear)
    VITRINE_BIND(Row, bindRow)
    VITRINE_BIND(RowNorm, bindRowNorm)
    VITRINE_BIND(Dot, bindDot)
    VITRINE_BIND(SgdUpdate, bindSgd)
    VITRINE_BIND(AdamUpdate, bindAdam)
    VITRINE_BIND(GlobalNorm, bindGlobalNorm)
#undef VITRINE_BIND
    DeviceStatus operator()(const MatMul&) const {
        const DeviceStatus status = bindProduct(context, call, alignment, kernel);
        if (status != DeviceStatus::Ok || kernel->launch) return status;
        return bindMatMul(context, call, kernel);
    }
    template <class Other>
    DeviceStatus operator()(const Other&) const {
        return refuse(kernel, "CUDA", "has no kernel of this family");
    }
};

/// Chains take pointwise functions to which something is done, and images however they lie.
DeviceStatus bindFamily(Context& context, const Call& call, int64_t alignment,
                        StreamKernel* kernel) {
    const bool isAlone = call.load.empty() && call.store.empty() && call.sums.empty();
    const bool isPointwise = !std::visit(AsSteps{}, call.problem).empty();
    if (isPointwise && !isAlone) return bindChain(context, call, kernel);
    if (isPointwise && hasLast(call)) {
        const DeviceStatus status = bindChain(context, call, kernel);
        if (status != DeviceStatus::Ok || kernel->launch) return status;
    }
    return std::visit(Binder{context, call, alignment, kernel}, call.problem);
}

DeviceStatus bind(DeviceContext* context, const Call* call, int64_t alignment,
                  StreamKernel* kernel) {
    return guarded([&] {
        DeviceStatus status = enterOutsideOfCapture(context, "bind");
        if (status == DeviceStatus::Ok)
            status = bindFamily(*contextOf(context), *call, alignment, kernel);
        if (status != DeviceStatus::Ok || kernel->launch) return status;
        return fail(DeviceStatus::Refused, kernel->refused.front());
    });
}

DeviceStatus launchTogether(DeviceContext* context, const StreamKernel* const* kernels,
                            int32_t count, void* const* const* operands, void* workspace) {
    const auto together = reinterpret_cast<LaunchTogether>(kernels[0]->kind);
    return together(context, kernels, count, operands, workspace);
}

DeviceStatus holdLaunches(DeviceContext* context, const void* const* numbers, int32_t count,
                          DType type) {
    return hold(*contextOf(context), numbers, count, type);
}

DeviceStatus beginCapture(DeviceContext* context) {
    const DeviceStatus status = enterOutsideOfCapture(context, "beginCapture");
    if (status != DeviceStatus::Ok) return status;
    VITRINE_CUDA_TRY(
        cudaStreamBeginCapture(contextOf(context)->stream, cudaStreamCaptureModeThreadLocal));
    contextOf(context)->isCapturing = true;
    return DeviceStatus::Ok;
}

DeviceStatus endCapture(DeviceContext* context, DeviceGraph** graph) {
    return guarded([&] {
        cudaGraph_t recorded = nullptr;
        contextOf(context)->isCapturing = false;
        const DeviceStatus status = enter(*contextOf(context));
        if (status != DeviceStatus::Ok) return status;
        VITRINE_CUDA_TRY(cudaStreamEndCapture(contextOf(context)->stream, &recorded));
        const std::shared_ptr<CUgraph_st> owner(
            recorded, [](cudaGraph_t it) { static_cast<void>(cudaGraphDestroy(it)); });
        auto made = std::make_unique<Graph>();
        VITRINE_CUDA_TRY(cudaGraphInstantiate(&made->exec, recorded, 0));
        VITRINE_CUDA_TRY(cudaGraphUpload(made->exec, contextOf(context)->stream));
        *graph = made.release();
        return DeviceStatus::Ok;
    });
}

DeviceStatus launchGraph(DeviceContext* context, const DeviceGraph* graph) {
    const DeviceStatus status = enterOutsideOfCapture(context, "launchGraph");
    if (status != DeviceStatus::Ok) return status;
    VITRINE_CUDA_TRY(
        cudaGraphLaunch(static_cast<const Graph*>(graph)->exec, contextOf(context)->stream));
    return DeviceStatus::Ok;
}

void destroyGraph(DeviceContext* context, DeviceGraph* graph) {
    static_cast<void>(enter(*contextOf(context)));
    delete static_cast<Graph*>(graph);
}

DeviceStatus markNow(DeviceContext* context, int32_t number) {
    return guarded([&] { return mark(*contextOf(context), number); });
}

DeviceStatus secondsBetweenMarks(DeviceContext* context, int32_t first, int32_t count,
                                 float* seconds) {
    const DeviceStatus status = enterOutsideOfCapture(context, "secondsBetween");
    if (status != DeviceStatus::Ok) return status;
    return secondsBetween(*contextOf(context), first, count, seconds);
}

DeviceStatus wait(DeviceContext* context) {
    const DeviceStatus status = enterOutsideOfCapture(context, "wait");
    if (status != DeviceStatus::Ok) return status;
    VITRINE_CUDA_TRY(cudaStreamSynchronize(contextOf(context)->stream));
    return DeviceStatus::Ok;
}

constexpr DeviceTable table = {.abi = deviceAbi(),
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
                               .hold = holdLaunches,
                               .beginCapture = beginCapture,
                               .endCapture = endCapture,
                               .launchGraph = launchGraph,
                               .destroyGraph = destroyGraph,
                               .mark = markNow,
                               .secondsBetween = secondsBetweenMarks,
                               .wait = wait};

}  // namespace

}  // namespace vitrine::kernels::cuda

extern "C" __attribute__((visibility("default"))) const vitrine::kernels::DeviceTable*
vitrine_device_table() {
    return &vitrine::kernels::cuda::table;
}
