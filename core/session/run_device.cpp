// SPDX-License-Identifier: Apache-2.0
// What a run computes on, and what that does to its bits.
#include <fmt/format.h>

#include "core/device/worker/worker_table.h"
#include "core/session/device_choice.h"
#include "core/session/run_request.h"
#include "core/session/training_run.h"

namespace vitrine {

namespace {

/// Goes up where kernels of devices give other bits than before.
constexpr int deviceEngineVersion = 2;

}  // namespace

std::string numericsClass(const std::string& precision, const Device& device) {
    return fmt::format("cuda/{}/{}/{}", device.info().architecture, precision, deviceEngineVersion);
}

Result<std::shared_ptr<Device>> deviceOf(const RunRequest& request) {
    const std::string name = request.device.value_or("cpu");
    if (name == "cpu") return openDevice(name, {}, precisionOf(request));
    return openDevice(name, request.devices ? *request.devices : worker::workerLibrary(),
                      precisionOf(request));
}

/// A device has its own kernels, and so its own bits.
Result<void> TrainingRun::takeDevice(const RunRequest& request, ModelOptions& options) {
    auto device = deviceOf(request);
    if (!device) return device.error();
    options.device = std::move(device).value();
    if (!options.device) return {};
    options.tape.measured = nullptr;
    m_numerics = vitrine::numericsClass(precisionOf(request), *options.device);
    return {};
}

}  // namespace vitrine
