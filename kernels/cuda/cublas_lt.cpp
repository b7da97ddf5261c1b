// SPDX-License-Identifier: Apache-2.0
// Finds cuBLASLt by the name of the version that the headers are of.
#include "kernels/cuda/cublas_lt.h"

#if VITRINE_CUBLASLT
#include <dlfcn.h>

namespace vitrine::kernels::cuda {

namespace {

/// On the loader's path, or where the toolkit puts it.
void* openLibrary(const std::string& file) {
    for (const std::string folder : {"", "/usr/local/cuda/lib64/"})
        if (void* library = dlopen((folder + file).c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    return nullptr;
}

template <class Function>
void find(void* library, const char* name, Function& function, std::string& missing) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (!function && missing.empty()) missing = std::string(name) + " is missing in cuBLASLt";
}

std::string versionText(size_t version) {
    return std::to_string(version / 10000) + '.' + std::to_string(version / 100 % 100) + '.' +
           std::to_string(version % 100);
}

CublasLt load() {
    CublasLt lt;
    const std::string file = "libcublasLt.so." + std::to_string(CUBLAS_VER_MAJOR);
    void* const library = openLibrary(file);
    if (!library) {
        lt.missing = file + " was not found";
        return lt;
    }
    find(library, "cublasLtGetVersion", lt.getVersion, lt.missing);
    find(library, "cublasLtGetStatusName", lt.getStatusName, lt.missing);
    find(library, "cublasLtCreate", lt.create, lt.missing);
    find(library, "cublasLtDestroy", lt.destroy, lt.missing);
    find(library, "cublasLtMatmulDescCreate", lt.descCreate, lt.missing);
    find(library, "cublasLtMatmulDescDestroy", lt.descDestroy, lt.missing);
    find(library, "cublasLtMatmulDescSetAttribute", lt.descSetAttribute, lt.missing);
    find(library, "cublasLtMatrixLayoutCreate", lt.layoutCreate, lt.missing);
    find(library, "cublasLtMatrixLayoutDestroy", lt.layoutDestroy, lt.missing);
    find(library, "cublasLtMatmulPreferenceCreate", lt.preferenceCreate, lt.missing);
    find(library, "cublasLtMatmulPreferenceDestroy", lt.preferenceDestroy, lt.missing);
    find(library, "cublasLtMatmulPreferenceSetAttribute", lt.preferenceSetAttribute, lt.missing);
    find(library, "cublasLtMatmulAlgoGetHeuristic", lt.algoGetHeuristic, lt.missing);
    find(library, "cublasLtMatmul", lt.matmul, lt.missing);
    if (lt.missing.empty()) lt.version = versionText(lt.getVersion());
    return lt;
}

}  // namespace

const CublasLt& cublasLt() {
    static const CublasLt lt = load();
    return lt;
}

}  // namespace vitrine::kernels::cuda
#endif
