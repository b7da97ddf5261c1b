// SPDX-License-Identifier: Apache-2.0
// cuBLASLt, looked for when the first product is asked for: a machine without it has all other
// kernels.
#pragma once

#if __has_include(<cublasLt.h>)
#define VITRINE_CUBLASLT 1
#include <cublasLt.h>

#include <string>

namespace vitrine::kernels::cuda {

/// Its functions, by their own names.
struct CublasLt {
    decltype(&::cublasLtGetVersion) getVersion = nullptr;
    decltype(&::cublasLtGetStatusName) getStatusName = nullptr;
    decltype(&::cublasLtCreate) create = nullptr;
    decltype(&::cublasLtDestroy) destroy = nullptr;
    decltype(&::cublasLtMatmulDescCreate) descCreate = nullptr;
    decltype(&::cublasLtMatmulDescDestroy) descDestroy = nullptr;
    decltype(&::cublasLtMatmulDescSetAttribute) descSetAttribute = nullptr;
    decltype(&::cublasLtMatrixLayoutCreate) layoutCreate = nullptr;
    decltype(&::cublasLtMatrixLayoutDestroy) layoutDestroy = nullptr;
    decltype(&::cublasLtMatmulPreferenceCreate) preferenceCreate = nullptr;
    decltype(&::cublasLtMatmulPreferenceDestroy) preferenceDestroy = nullptr;
    decltype(&::cublasLtMatmulPreferenceSetAttribute) preferenceSetAttribute = nullptr;
    decltype(&::cublasLtMatmulAlgoGetHeuristic) algoGetHeuristic = nullptr;
    decltype(&::cublasLtMatmul) matmul = nullptr;

    std::string missing;  ///< why there are none; empty where all of them are there
    std::string version;  ///< `13.1.0`
};

/// Found once; then the same for every thread.
const CublasLt& cublasLt();

}  // namespace vitrine::kernels::cuda
#endif
