// SPDX-License-Identifier: Apache-2.0
// From a name to an opened device.
#include "core/session/device_choice.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/file.h"
#include "core/session/precision.h"
#include "kernels/api/warp_groups.h"

namespace vitrine {

namespace {

constexpr std::string_view cuda = "cuda";

Error unknownDevice(const std::string& name) {
    return {"L06",
            fmt::format("the device '{}' is not known; there are cpu, cuda and cuda:N",
                        printable(name, 60)),
            {},
            "Nothing was done.",
            "Choose one of these; the first GPU is cuda:0."};
}

Error notOfCpu(const std::string& precision) {
    return {"L06",
            fmt::format("the precision {} is of the tensor cores of a GPU; the CPU computes in "
                        "fp32 or fp64",
                        precision),
            {},
            "Nothing was done.",
            "Choose one of these, or a GPU."};
}

}  // namespace

Result<std::optional<int>> deviceNumber(const std::string& name) {
    if (name == "cpu") return std::optional<int>();
    if (name == cuda) return std::optional<int>(0);
    constexpr size_t first = cuda.size() + 1, mostDigits = 3;
    const bool isNumbered = name.starts_with(std::string(cuda) + ":") && name.size() > first &&
                            name.size() <= first + mostDigits;
    if (!isNumbered) return unknownDevice(name);
    int number = 0;
    const char* const end = name.data() + name.size();
    const auto [stopped, error] = std::from_chars(name.data() + first, end, number);
    if (error != std::errc() || stopped != end || number < 0) return unknownDevice(name);
    return std::optional<int>(number);
}

Result<std::shared_ptr<Device>> openDevice(const std::string& name, const DeviceLibrary& library,
                                           const std::string& precision, bool byWarpGroups) {
    const auto number = deviceNumber(name);
    if (!number) return number.error();
    const auto products = productFormatOf(precision);
    if (!products) return products.error();
    if (!*number && *products != kernels::ProductFormat::F32) return notOfCpu(precision);
    if (!*number) return std::shared_ptr<Device>();
    if (!library.table)
        return Error{"H05",
                     fmt::format("there is no GPU to use: {}", library.reason),
                     {},
                     "Nothing was done.",
                     "Choose the CPU."};
    auto device = Device::open(*library.table, **number,
                               byWarpGroups ? kernels::byWarpGroups(*products) : *products);
    if (device) return std::shared_ptr<Device>(std::move(device).value());
    Error error = device.error();
    error.kept = "Nothing was done.";
    return error;
}

}  // namespace vitrine
