// SPDX-License-Identifier: Apache-2.0
// Checks the kernels of a device row by row: against plain loops, with their tolerance, and how
// long they take. Every family of kernels has a file of rows/. Needs nothing but core/device and
// the table of a library. Usage: check LIBRARY | check --host   (a device of plain loops: checks
// the rows themselves)
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/device/cuda_library.h"
#include "kernels/api/warp_groups.h"
#include "tests/device/rows/rows.h"
#include "tests/support/host_device.h"

namespace vitrine {

void checkFailed(const char* claim, const char* file, int line, const char* why) {
    std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", file, line, claim, why);
    std::abort();
}

namespace device_check {

namespace {

using kernels::ProductFormat;

bool isSlow(const Device& device) {
    return device.info().name == "host device" || device.info().name == "emulated";
}

void allRows(const Bench& bench) {
    memoryRows(bench);
    fillRows(bench);
    addRows(bench);
    productRows(bench);
    convolutionRows(bench);
    fusedRows(bench);
    lastRows(bench);
    recordingRows(bench);
    updateRows(bench);
    refusalRows(bench);
}

/// The rows of what tensor cores multiply.
void productRowsIn(const kernels::DeviceTable& table, ProductFormat products, const char* name) {
    auto device = Device::open(table, 0, products);
    if (!device.ok() && isByWarpGroups(products) && device.error().code == "H05")
        return reportLeftOut("products", name, device.error().message);
    if (!device.ok()) return reportTrouble("device", name, device.error());
    auto memory = DeviceMemory::allocate(**device, memoryBytes);
    if (!memory.ok()) return reportTrouble("memory", name, memory.error());
    const Bench bench{**device, **memory, isSlow(**device), name};
    productRows(bench);
    convolutionRows(bench);
    fusedRows(bench);
}

/// All rows, on the first device of a table.
void checkDevice(const kernels::DeviceTable& table) {
    const int devices = table.deviceCount();
    if (devices == 0) return reportLeftOut("every kernel", table.kind, table.errorText());
    Result<std::unique_ptr<Device>> device = Device::open(table);
    if (!device.ok()) return reportTrouble("device", table.kind, device.error());
    const kernels::DeviceInfo& info = (*device)->info();
    print("device", info.name + ", " + info.architecture, "", "", "",
          std::to_string(info.memoryBytes / mebibyte) + " MiB, free " +
              std::to_string(info.freeBytes / mebibyte));
    {
        auto memory = DeviceMemory::allocate(**device, memoryBytes);
        if (!memory.ok())
            return reportTrouble("memory", std::to_string(memoryBytes), memory.error());
        allRows({**device, **memory, isSlow(**device)});
    }
    productRowsIn(table, ProductFormat::Tf32, "tf32");
    productRowsIn(table, ProductFormat::Bf16, "bf16");
    productRowsIn(table, ProductFormat::F16, "fp16");
    productRowsIn(table, byWarpGroups(ProductFormat::Tf32), "tf32, groups of warps");
    productRowsIn(table, byWarpGroups(ProductFormat::Bf16), "bf16, groups of warps");
    productRowsIn(table, byWarpGroups(ProductFormat::F16), "fp16, groups of warps");
}

}  // namespace

}  // namespace device_check

}  // namespace vitrine

int main(int argc, char** argv) {
    using namespace vitrine;
    using namespace vitrine::device_check;
    if (argc != 2) {
        std::fprintf(stderr, "Usage: check LIBRARY | check --host\n");
        return 2;
    }
    print("row", "sizes", "error", "tolerance", "time", "outcome");
    if (std::string_view(argv[1]) == "--host") {
        checkDevice(test::hostDeviceTable());
    } else {
        const DeviceLibrary library = loadDeviceLibrary({argv[1]});
        if (!library.table) {
            reportTrouble("library", argv[1], {"H05", library.reason, {}, {}, {}});
        } else {
            report("library", "loads", 0, 0);
            checkDevice(*library.table);
        }
    }
    const Count rows = rowsSoFar();
    std::printf("%d wrong, %d left out\n", rows.wrong, rows.leftOut);
    return rows.wrong ? 1 : 0;
}
