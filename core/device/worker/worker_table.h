// SPDX-License-Identifier: Apache-2.0
// A table of devices that another process uses: every device that is opened has a process of its
// own. What is lost with a device, or with its driver, is that process; a new one can be opened.
#pragma once

#include <optional>

#include "core/device/cuda_library.h"
#include "core/device/worker/worker_process.h"

namespace vitrine::worker {

/// As DeviceTable says it, but for launches of recordings, copies, fills and writes: they come back
/// at once, and trouble with them is told by what is asked for next. Threads: any; one at a time
/// for each context.
const kernels::DeviceTable& workerTable();

/// This table where a library with kernels lies beside the program, else the reason. Nothing is
/// loaded into this process.
DeviceLibrary workerLibrary();

/// The process that counts and describes devices stays until one is opened; this ends it.
void endIdleWorker();

/// For tests: other programs and libraries than the usual ones, or these again.
void useWorkersOf(std::optional<WorkerPlaces> places);

/// Of the process behind a context, for tests that end it.
pid_t processOf(const kernels::DeviceContext* context);

}  // namespace vitrine::worker
