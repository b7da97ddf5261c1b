// SPDX-License-Identifier: Apache-2.0
// Checks the engine on a device: every operator, then random networks. Needs no Qt.
// Usage: check_engine LIBRARY [GRAPHS [SECONDS]]   (of each of the two parts; 0: as long as it
// takes)
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "core/device/cuda_library.h"
#include "tests/device/engine/engine.h"
#include "tests/support/counts.h"

namespace vitrine::device_check {

namespace {

/// Operators that devices lack, and what their words for that contain: nothing else may be missing.
const std::map<std::string, std::string> lacking = {
    {"cast", "got f8e4m3fn"},                // floats of 8 and 4 bits, and what is packed
    {"filter_transform", "of this family"},  // these are of layouts and products that tapes of
    {"pack", "of this family"},              // devices do not have
    {"reorder", "wants images"}};

/// How many of these are wrong.
int tell(const Outcome& outcome, const char* what) {
    int wrong = 0;
    for (const std::string& line : outcome.wrong) {
        std::printf("wrong: %s\n", line.c_str());
        ++wrong;
    }
    for (const auto& [id, why] : outcome.lacking) {
        const auto known = lacking.find(id);
        const bool isKnown = known != lacking.end() && why.find(known->second) != std::string::npos;
        std::printf("%s: %s: %s\n", isKnown ? "no kernel" : "wrong", id.c_str(), why.c_str());
        wrong += isKnown ? 0 : 1;
    }
    if (outcome.leftOut > 0)
        std::printf("left out for want of time: %d %s\n", outcome.leftOut, what);
    return wrong;
}

Until untilIn(int seconds) {
    if (seconds == 0) return {};
    return {Until::Clock::now() + std::chrono::seconds(seconds)};
}

int check(Device& device, int graphs, int seconds) {
    const kernels::DeviceInfo& info = device.info();
    std::printf("device: %s, %s\n", info.name.c_str(), info.architecture.c_str());
    if (info.name == "emulated") std::puts("not run: all of this on a card");
    const Outcome operators = checkOperators(device, untilIn(seconds));
    int wrong = tell(operators, "samples of operators");
    test::printCount(operators.checked,
                     "device: samples of operators and their derivatives as on "
                     "the CPU (wanted: 700)");
    wrong += operators.leftOut == 0 && operators.checked < 700;
    const Outcome networks = checkGraphs(device, graphs, untilIn(seconds));
    wrong += tell(networks, "random networks");
    test::printCount(networks.checked,
                     "device: random networks as on the CPU, with the same bits "
                     "in four ways to run them");
    std::printf("%d wrong\n", wrong);
    return wrong == 0 ? 0 : 1;
}

}  // namespace

}  // namespace vitrine::device_check

int main(int argc, char** argv) {
    using namespace vitrine;
    if (argc < 2 || argc > 4) {
        std::fputs("Usage: check_engine LIBRARY [GRAPHS [SECONDS]]\n", stderr);
        return 2;
    }
    const DeviceLibrary library = loadDeviceLibrary({argv[1]});
    if (!library.table) {
        std::printf("%s\n", library.reason.c_str());
        return 1;
    }
    auto device = Device::open(*library.table);
    if (!device) {
        std::printf("left out: %s\n", device.error().text().c_str());
        return library.table->deviceCount() == 0 ? 0 : 1;
    }
    const int graphs = argc > 2 ? std::atoi(argv[2]) : 200,
              seconds = argc > 3 ? std::atoi(argv[3]) : 0;
    return device_check::check(**device, graphs, seconds);
}
