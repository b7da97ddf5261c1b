// SPDX-License-Identifier: Apache-2.0
// One kernel is bound for every question, and forgotten.
#include "core/exec/device_offers.h"

#include "core/exec/kept_offers.h"

namespace vitrine {

namespace {

constexpr int64_t leastAlignment = 64;  // of whatever a plan places

bool isFused(const kernels::Call& call) {
    return !call.load.empty() || !call.store.empty() || !call.sums.empty();
}

}  // namespace

AskedOffers offersOfDevice(Device& device, kernels::Call call, kernels::Offers offers) {
    AskedOffers asked;
    asked.allowed.layouts = onlyRowMajor;
    const auto takes =
        static_cast<char>(isFused(call) && !kernelOfDevice(device, call).name.empty());
    for (std::vector<char>* const list :
         {&asked.takesStore, &asked.takesSums, &asked.takesLoad, &asked.loadsByPart})
        list->assign(offers.list.size(), takes);
    keepOffers(asked, std::move(call), std::move(offers));
    return asked;
}

kernels::Kernel kernelOfDevice(Device& device, const kernels::Call& call) {
    const Result<kernels::StreamKernel> bound = device.bind(call, leastAlignment);
    kernels::Kernel kernel;
    if (!bound) return kernel;
    if (bound->launch) kernel.name = bound->name;
    kernel.refused = bound->refused;
    return kernel;
}

}  // namespace vitrine
