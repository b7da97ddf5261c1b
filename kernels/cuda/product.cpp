// SPDX-License-Identifier: Apache-2.0
// Products of two matrices through cuBLASLt. It counts columns first, so it is asked for
// yᵀ = bᵀ · aᵀ: what lies there by rows are the columns that it wants.
#include "kernels/cuda/cublas_lt.h"
#include "kernels/cuda/kernels.h"
#include "kernels/cuda/problems.h"

namespace vitrine::kernels::cuda {

#if VITRINE_CUBLASLT

namespace {

DeviceStatus statusOf(cublasStatus_t status, const char* function) {
    if (status == CUBLAS_STATUS_SUCCESS) return DeviceStatus::Ok;
    const bool isMemory = status == CUBLAS_STATUS_ALLOC_FAILED;
    return fail(isMemory ? DeviceStatus::OutOfMemory : DeviceStatus::Failed,
                std::string(cublasLt().getStatusName(status)) + " (" + function + ")");
}

#define VITRINE_LT_TRY(member, ...)                                                               \
    do {                                                                                          \
        const DeviceStatus tried = statusOf(cublasLt().member(__VA_ARGS__), "cublasLt " #member); \
        if (tried != DeviceStatus::Ok) return tried;                                              \
    } while (false)

/// What cuBLASLt wants to have described, and the algorithm that it takes.
struct LtProduct {
    cublasLtMatmulDesc_t desc = nullptr;
    cublasLtMatrixLayout_t left = nullptr, right = nullptr, result = nullptr;
    cublasLtMatmulHeuristicResult_t choice{};

    LtProduct() = default;
    ~LtProduct() {
        if (result) cublasLt().layoutDestroy(result);
        if (right) cublasLt().layoutDestroy(right);
        if (left) cublasLt().layoutDestroy(left);
        if (desc) cublasLt().descDestroy(desc);
    }
    LtProduct(const LtProduct&) = delete;
    LtProduct& operator=(const LtProduct&) = delete;
};

/// An operand of the product as it lies: `rows` × `columns` by rows.
DeviceStatus describeMatrix(cublasLtMatrixLayout_t* layout, const MatrixPlace& place, int64_t rows,
                            int64_t columns) {
    const int64_t along = place.isTransposed ? rows : columns;
    const int64_t across = place.isTransposed ? columns : rows;
    VITRINE_LT_TRY(layoutCreate, layout, CUDA_R_32F, static_cast<uint64_t>(along),
                   static_cast<uint64_t>(across), place.pitch);
    return DeviceStatus::Ok;
}

DeviceStatus setTransposed(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t which,
                           const MatrixPlace& place) {
    const cublasOperation_t operation = place.isTransposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    VITRINE_LT_TRY(descSetAttribute, desc, which, &operation, sizeof operation);
    return DeviceStatus::Ok;
}

cublasComputeType_t unitsFor(ProductFormat products) {
    switch (products) {
        case ProductFormat::Tf32:
            return CUBLAS_COMPUTE_32F_FAST_TF32;
        case ProductFormat::Bf16:
            return CUBLAS_COMPUTE_32F_FAST_16BF;
        case ProductFormat::F16:
            return CUBLAS_COMPUTE_32F_FAST_16F;
        default:
            return CUBLAS_COMPUTE_32F;
    }
}

DeviceStatus describe(LtProduct& lt, const MatrixProduct& product, ProductFormat products) {
    VITRINE_LT_TRY(descCreate, &lt.desc, unitsFor(products), CUDA_R_32F);
    DeviceStatus status = setTransposed(lt.desc, CUBLASLT_MATMUL_DESC_TRANSA, product.b);
    if (status == DeviceStatus::Ok)
        status = setTransposed(lt.desc, CUBLASLT_MATMUL_DESC_TRANSB, product.a);
    if (status == DeviceStatus::Ok)
        status = describeMatrix(&lt.left, product.b, product.depth, product.columns);
    if (status == DeviceStatus::Ok)
        status = describeMatrix(&lt.right, product.a, product.rows, product.depth);
    if (status == DeviceStatus::Ok)
        status =
            describeMatrix(&lt.result, {product.columns, false}, product.rows, product.columns);
    return status;
}

DeviceStatus setPreference(cublasLtMatmulPreference_t preference, int64_t alignment) {
    constexpr uint64_t mostWorkspace = uint64_t{32} << 20;
    VITRINE_LT_TRY(preferenceSetAttribute, preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                   &mostWorkspace, sizeof mostWorkspace);
    const auto bytes = static_cast<uint32_t>(alignment);
    for (const auto which :
         {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
          CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES})
        VITRINE_LT_TRY(preferenceSetAttribute, preference, which, &bytes, sizeof bytes);
    return DeviceStatus::Ok;
}

/// `isFound`: whether there is an algorithm.
DeviceStatus choose(cublasLtHandle_t handle, LtProduct& lt, int64_t alignment, bool* isFound) {
    cublasLtMatmulPreference_t made = nullptr;
    VITRINE_LT_TRY(preferenceCreate, &made);
    const std::shared_ptr<std::remove_pointer_t<cublasLtMatmulPreference_t>> preference(
        made, [](cublasLtMatmulPreference_t it) { cublasLt().preferenceDestroy(it); });
    const DeviceStatus status = setPreference(made, alignment);
    if (status != DeviceStatus::Ok) return status;
    int found = 0;
    const cublasStatus_t answer = cublasLt().algoGetHeuristic(
        handle, lt.desc, lt.left, lt.right, lt.result, lt.result, made, 1, &lt.choice, &found);
    *isFound =
        answer == CUBLAS_STATUS_SUCCESS && found > 0 && lt.choice.state == CUBLAS_STATUS_SUCCESS;
    const bool isRefusal =
        answer == CUBLAS_STATUS_NOT_SUPPORTED || answer == CUBLAS_STATUS_INVALID_VALUE;
    return isRefusal ? DeviceStatus::Ok : statusOf(answer, "cublasLtMatmulAlgoGetHeuristic");
}

/// One for each context.
DeviceStatus takeHandle(Context& context) {
    if (context.matmulHandle) return DeviceStatus::Ok;
    cublasLtHandle_t handle = nullptr;
    VITRINE_LT_TRY(create, &handle);
    context.matmulHandle.reset(
        handle, [](void* it) { cublasLt().destroy(static_cast<cublasLtHandle_t>(it)); });
    return DeviceStatus::Ok;
}

cublasLtHandle_t handleOf(const Context& context) {
    return static_cast<cublasLtHandle_t>(context.matmulHandle.get());
}

DeviceStatus launchProduct(DeviceContext* given, const void* problem, void* const* operands,
                           void* workspace) {
    const auto& lt = **static_cast<const std::shared_ptr<const LtProduct>*>(problem);
    const Context& context = *contextOf(given);
    const DeviceStatus status = enter(context);
    if (status != DeviceStatus::Ok) return status;
    const float one = 1, zero = 0;
    VITRINE_LT_TRY(matmul, handleOf(context), lt.desc, &one, operands[1], lt.left, operands[0],
                   lt.right, &zero, operands[2], lt.result, operands[2], lt.result, &lt.choice.algo,
                   workspace, lt.choice.workspaceSize, context.stream);
    return DeviceStatus::Ok;
}

DeviceStatus bindToLt(Context& context, const MatrixProduct& product, int64_t alignment,
                      StreamKernel* kernel) {
    DeviceStatus status = takeHandle(context);
    if (status != DeviceStatus::Ok) return status;
    const auto lt = std::make_shared<LtProduct>();
    status = describe(*lt, product, context.products);
    bool isFound = false;
    if (status == DeviceStatus::Ok) status = choose(handleOf(context), *lt, alignment, &isFound);
    if (status != DeviceStatus::Ok) return status;
    if (!isFound) return refuse(kernel, "matmul", "cuBLASLt has no algorithm for these matrices");
    kernel->workspaceBytes = static_cast<int64_t>(lt->choice.workspaceSize);
    kernel->canBeHeld = false;
    return take(kernel, "matmul cuBLASLt " + cublasLt().version,
                std::shared_ptr<const LtProduct>(lt), launchProduct);
}

}  // namespace

DeviceStatus bindProduct(Context& context, const Call& call, int64_t alignment,
                         StreamKernel* kernel) {
    std::string reason;
    const std::optional<MatrixProduct> product = productOf(call, &reason);
    if (!product) return refuse(kernel, "matmul", reason);
    if (!cublasLt().missing.empty()) return refuse(kernel, "matmul", cublasLt().missing);
    return bindToLt(context, *product, alignment, kernel);
}

#else

DeviceStatus bindProduct(Context&, const Call&, int64_t, StreamKernel* kernel) {
    return refuse(kernel, "matmul", "built without cuBLASLt");
}

#endif

}  // namespace vitrine::kernels::cuda
