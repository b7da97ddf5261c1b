// SPDX-License-Identifier: Apache-2.0
// The device of plain loops as a library, for processes that load one. What it is to do stands in
// the environment: VITRINE_TEST_DEVICE="CALL KIND", where KIND is a DeviceStatus by number, or
// `crash` or `hang` for a driver that does so in the call.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>

#include "tests/support/host_device.h"

using namespace vitrine;

namespace {

void takeOrders(test::HostDevice& host) {
    const char* const orders = std::getenv("VITRINE_TEST_DEVICE");
    if (!orders) return;
    std::string kind;
    std::istringstream(orders) >> host.failAt >> kind;
    if (kind == "crash")
        host.atFailure = [] { raise(SIGKILL); };
    else if (kind == "hang")
        host.atFailure = [] { sleep(60); };
    else
        host.failure = static_cast<kernels::DeviceStatus>(std::stoi(kind));
    if (host.failAt < 0 && host.failure == kernels::DeviceStatus::NoDevice) host.devices = 0;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const kernels::DeviceTable*
vitrine_device_table() {
    takeOrders(test::newHostDevice());
    return &test::hostDeviceTable();
}
