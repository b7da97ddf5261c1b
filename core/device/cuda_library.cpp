// SPDX-License-Identifier: Apache-2.0
// Loads a library by its path and asks it for its table.
#include "core/device/cuda_library.h"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr const char* fileName = "libvitrine_cuda.so";

void takeTable(DeviceLibrary& library, void* handle) {
    const auto get =
        reinterpret_cast<kernels::GetDeviceTable>(dlsym(handle, kernels::deviceTableSymbol));
    const kernels::DeviceTable* const table = get ? get() : nullptr;
    if (!table)
        library.reason = library.path + " has no kernels for this program.";
    else if (table->abi != kernels::deviceAbi())
        library.reason = library.path + " belongs to another version of this program.";
    else
        library.table = table;
}

}  // namespace

DeviceLibrary loadDeviceLibrary(const std::vector<std::string>& paths) {
    DeviceLibrary library;
    for (const std::string& path : paths) {
        std::error_code ignored;
        if (!fs::exists(path, ignored)) continue;
        library.path = path;
        if (void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL))
            takeTable(library, handle);
        else
            library.reason = std::string(dlerror()) + ".";
        return library;
    }
    library.reason = std::string(fileName) + " is not there: this program was built without CUDA.";
    return library;
}

std::vector<std::string> cudaLibraryPaths() {
    std::error_code failure;
    const fs::path folder = fs::read_symlink("/proc/self/exe", failure).parent_path();
    if (failure) return {};
    const fs::path libraries = folder.parent_path() / "lib";
    return {folder / fileName, libraries / "vitrine" / fileName, libraries / fileName};
}

}  // namespace vitrine
