// SPDX-License-Identifier: Apache-2.0
// Asked of the process that uses devices.
#include "core/session/gpu_list.h"

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/device/worker/worker_table.h"

namespace vitrine {

GpuList findGpus() {
    GpuList list;
    const DeviceLibrary library = worker::workerLibrary();
    if (!library.table) {
        list.reason = library.reason;
        return list;
    }
    const int32_t count = library.table->deviceCount();
    if (count == 0) list.reason = library.table->errorText();
    for (int32_t number = 0; number < count; ++number) {
        kernels::DeviceInfo info;
        if (library.table->describe(number, &info) == kernels::DeviceStatus::Ok)
            list.gpus.push_back({fmt::format("cuda:{}", number), printable(info.name, 80),
                                 info.memoryBytes, info.freeBytes});
        else
            list.reason = library.table->errorText();
    }
    worker::endIdleWorker();
    return list;
}

}  // namespace vitrine
