// SPDX-License-Identifier: Apache-2.0
// Launches that do nothing where a loss or a norm is not finite: so that a step needs nobody to
// look at it in the middle.
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

struct NotFinite {
    const void* number[mostHolding] = {};
    int count = 0;
    RealElements type;
    int32_t* flag = nullptr;
    VITRINE_BOTH void operator()(int64_t) const {
        bool isAny = false;
        for (int k = 0; k < count; ++k) {
            const double x = type.get(number[k], 0);
            isAny = isAny || x - x != 0;  // infinities and NaN alike
        }
        *flag = isAny ? 1 : 0;
    }
};

}  // namespace

DeviceStatus hold(Context& context, const void* const* numbers, int32_t count, DType type) {
    context.held = nullptr;
    if (count == 0) return DeviceStatus::Ok;
    if (count > mostHolding || (type != DType::F32 && type != DType::F64))
        return fail(DeviceStatus::Failed, "launches wait for few numbers in f32 or f64 alone");
    NotFinite body{.count = count, .type = {type}, .flag = context.flag};
    std::copy_n(numbers, count, body.number);
    const DeviceStatus status = launch(context, eachKernel<NotFinite>, 1, body, int64_t{1});
    if (status == DeviceStatus::Ok) context.held = context.flag;
    return status;
}

}  // namespace vitrine::kernels::cuda
