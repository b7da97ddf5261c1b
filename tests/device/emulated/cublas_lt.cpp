// SPDX-License-Identifier: Apache-2.0
// cuBLASLt on the host: those functions that kernels/cuda calls, for matrices in F32, in plain
// loops that count columns first as cuBLASLt does. Stands in the place of
// kernels/cuda/cublas_lt.cpp.
#include "kernels/cuda/cublas_lt.h"

#include <cstdint>

#include "tests/device/emulated/cuda_on_host.h"

#if VITRINE_CUBLASLT

namespace vitrine::kernels::cuda {

namespace {

constexpr size_t workspaceBytes = 4096;

struct Description {
    bool isLeftTransposed = false, isRightTransposed = false;
};
/// Columns without gaps.
struct Matrix {
    int64_t rows = 0, columns = 0, pitch = 0;

    double at(const void* data, bool isTransposed, int64_t row, int64_t column) const {
        if (isTransposed) std::swap(row, column);
        return static_cast<const float*>(data)[row + column * pitch];
    }
};

// What is opaque outside of cuBLASLt is a pointer here.
template <class Handle>
Handle hide(auto* made) {
    return reinterpret_cast<Handle>(made);
}
const Description& descriptionOf(cublasLtMatmulDesc_t desc) {
    return *reinterpret_cast<const Description*>(desc);
}
const Matrix& matrixOf(cublasLtMatrixLayout_t layout) {
    return *reinterpret_cast<const Matrix*>(layout);
}

cublasStatus_t createDesc(cublasLtMatmulDesc_t* desc, cublasComputeType_t compute,
                          cudaDataType_t scale) {
    // Units that round are taken as well: what tests give them is exact.
    const bool isKnown = compute == CUBLAS_COMPUTE_32F || compute == CUBLAS_COMPUTE_32F_FAST_TF32 ||
                         compute == CUBLAS_COMPUTE_32F_FAST_16BF ||
                         compute == CUBLAS_COMPUTE_32F_FAST_16F;
    if (!isKnown || scale != CUDA_R_32F) return CUBLAS_STATUS_NOT_SUPPORTED;
    *desc = hide<cublasLtMatmulDesc_t>(new Description);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t setDesc(cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t which,
                       const void* value, size_t bytes) {
    if (bytes != sizeof(cublasOperation_t)) return CUBLAS_STATUS_INVALID_VALUE;
    auto& description = *reinterpret_cast<Description*>(desc);
    const bool isTransposed = *static_cast<const cublasOperation_t*>(value) == CUBLAS_OP_T;
    if (which == CUBLASLT_MATMUL_DESC_TRANSA) description.isLeftTransposed = isTransposed;
    if (which == CUBLASLT_MATMUL_DESC_TRANSB) description.isRightTransposed = isTransposed;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t createLayout(cublasLtMatrixLayout_t* layout, cudaDataType type, uint64_t rows,
                            uint64_t columns, int64_t pitch) {
    const Matrix matrix{static_cast<int64_t>(rows), static_cast<int64_t>(columns), pitch};
    if (type != CUDA_R_32F || pitch < matrix.rows) return CUBLAS_STATUS_INVALID_VALUE;
    *layout = hide<cublasLtMatrixLayout_t>(new Matrix(matrix));
    return CUBLAS_STATUS_SUCCESS;
}

int64_t depthOf(const Description& desc, const Matrix& left) {
    return desc.isLeftTransposed ? left.rows : left.columns;
}

/// Whether the extents belong together.
bool fits(const Description& desc, const Matrix& left, const Matrix& right, const Matrix& result) {
    const int64_t rows = desc.isLeftTransposed ? left.columns : left.rows;
    const int64_t depth = desc.isRightTransposed ? right.columns : right.rows;
    const int64_t columns = desc.isRightTransposed ? right.rows : right.columns;
    return rows == result.rows && columns == result.columns && depth == depthOf(desc, left);
}

cublasStatus_t choose(cublasLtHandle_t, cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t left,
                      cublasLtMatrixLayout_t right, cublasLtMatrixLayout_t,
                      cublasLtMatrixLayout_t result, cublasLtMatmulPreference_t, int,
                      cublasLtMatmulHeuristicResult_t* choice, int* found) {
    if (!fits(descriptionOf(desc), matrixOf(left), matrixOf(right), matrixOf(result)))
        return CUBLAS_STATUS_INVALID_VALUE;
    *choice = {};
    choice->workspaceSize = workspaceBytes;
    *found = 1;
    return CUBLAS_STATUS_SUCCESS;
}

void multiply(const Description& desc, const void* a, const Matrix& left, const void* b,
              const Matrix& right, void* d, const Matrix& result) {
    for (int64_t column = 0; column < result.columns; ++column)
        for (int64_t row = 0; row < result.rows; ++row) {
            double sum = 0;
            for (int64_t k = 0; k < depthOf(desc, left); ++k)
                sum += left.at(a, desc.isLeftTransposed, row, k) *
                       right.at(b, desc.isRightTransposed, k, column);
            static_cast<float*>(d)[row + column * result.pitch] = static_cast<float>(sum);
        }
}

cublasStatus_t matmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void* alpha,
                      const void* a, cublasLtMatrixLayout_t left, const void* b,
                      cublasLtMatrixLayout_t right, const void* beta, const void*,
                      cublasLtMatrixLayout_t, void* d, cublasLtMatrixLayout_t result,
                      const cublasLtMatmulAlgo_t*, void* workspace, size_t bytes,
                      cudaStream_t stream) {
    const bool isPlain =
        *static_cast<const float*>(alpha) == 1 && *static_cast<const float*>(beta) == 0;
    if (!handle || !isPlain || !workspace || bytes != workspaceBytes)
        return CUBLAS_STATUS_INVALID_VALUE;
    test::noteLaunch(stream);
    test::enqueue(stream,
                  [=, desc = descriptionOf(desc), left = matrixOf(left), right = matrixOf(right),
                   result = matrixOf(result)] { multiply(desc, a, left, b, right, d, result); });
    return CUBLAS_STATUS_SUCCESS;
}

CublasLt functions() {
    CublasLt lt;
    lt.getVersion = [] { return size_t{0}; };
    lt.getStatusName = [](cublasStatus_t) { return "emulated trouble"; };
    lt.create = [](cublasLtHandle_t* handle) {
        *handle = hide<cublasLtHandle_t>(new int);
        return CUBLAS_STATUS_SUCCESS;
    };
    lt.destroy = [](cublasLtHandle_t handle) {
        delete reinterpret_cast<int*>(handle);
        return CUBLAS_STATUS_SUCCESS;
    };
    lt.descCreate = createDesc;
    lt.descDestroy = [](cublasLtMatmulDesc_t desc) {
        delete &descriptionOf(desc);
        return CUBLAS_STATUS_SUCCESS;
    };
    lt.descSetAttribute = setDesc;
    lt.layoutCreate = createLayout;
    lt.layoutDestroy = [](cublasLtMatrixLayout_t layout) {
        delete &matrixOf(layout);
        return CUBLAS_STATUS_SUCCESS;
    };
    lt.preferenceCreate = [](cublasLtMatmulPreference_t* preference) {
        *preference = hide<cublasLtMatmulPreference_t>(new int);
        return CUBLAS_STATUS_SUCCESS;
    };
    lt.preferenceDestroy = [](cublasLtMatmulPreference_t preference) {
        delete reinterpret_cast<int*>(preference);
        return CUBLAS_STATUS_SUCCESS;
    };
    lt.preferenceSetAttribute = [](cublasLtMatmulPreference_t, cublasLtMatmulPreferenceAttributes_t,
                                   const void*, size_t) { return CUBLAS_STATUS_SUCCESS; };
    lt.algoGetHeuristic = choose;
    lt.matmul = matmul;
    lt.version = "emulated";
    return lt;
}

}  // namespace

const CublasLt& cublasLt() {
    static const CublasLt lt = functions();
    return lt;
}

}  // namespace vitrine::kernels::cuda
#endif
