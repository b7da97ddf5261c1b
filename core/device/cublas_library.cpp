// SPDX-License-Identifier: Apache-2.0
// Asks the loader.
#include "core/device/cublas_library.h"

#include <dlfcn.h>
#include <link.h>

namespace vitrine {

std::vector<std::string> cublasLtFiles() {
    std::vector<std::string> files;
    for (const std::string folder : {"", "/usr/local/cuda/lib64/"})
        for (const char* name : {"libcublasLt.so.13", "libcublasLt.so.12"})
            files.push_back(folder + name);
    return files;
}

std::string findCublasLt(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
        void* const library = dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (!library) continue;
        const link_map* map = nullptr;
        const bool isKnown = dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 && map;
        const std::string path = isKnown ? map->l_name : file;
        dlclose(library);
        return path;
    }
    return {};
}

}  // namespace vitrine
