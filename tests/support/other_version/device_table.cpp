// SPDX-License-Identifier: Apache-2.0
// A library whose table belongs to another version of the program.
#include "kernels/api/device.h"

namespace {

vitrine::kernels::DeviceTable otherTable() {
    vitrine::kernels::DeviceTable table{};
    table.abi = vitrine::kernels::deviceAbi() + 1;
    return table;
}

}  // namespace

extern "C" const vitrine::kernels::DeviceTable* vitrine_device_table() {
    static const vitrine::kernels::DeviceTable table = otherTable();
    return &table;
}
