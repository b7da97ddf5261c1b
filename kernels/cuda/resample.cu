// SPDX-License-Identifier: Apache-2.0
// Sparse linear maps along one axis, and pixels as they are stored to floats: both with tables that
// lie on the device.
#include "kernels/cuda/constants.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

/// x → y. An item is an element of y.
struct MapAxis {
    Places<2> at;
    int64_t in = 1, out = 1, inner = 1;
    RealElements elements;
    const int64_t *begin = nullptr, *index = nullptr;
    const double* weight = nullptr;

    VITRINE_BOTH void operator()(int64_t item) const {
        const int64_t row = item / inner, result = row % out;
        const int64_t start = row / out * in * inner + item % inner;
        double sum = 0;
        for (int64_t k = begin[result]; k < begin[result + 1]; ++k)
            sum += weight[k] * elements.get(at.get<const void>(0), start + index[k] * inner);
        elements.put(at.get<void>(1), item, sum);
    }
};

/// x of bytes → y. An item is an element of y.
struct NormalizePixels {
    Places<2> at;
    int64_t plane = 1, channels = 1;
    RealElements elements;
    const double* numbers = nullptr;  ///< mean and std of each channel

    VITRINE_BOTH void operator()(int64_t i) const {
        const double* const own = numbers + i / plane % channels * 2;
        const auto pixel = static_cast<double>(at.get<const uint8_t>(0)[i]);
        elements.put(at.get<void>(1), i, (pixel / 255 - own[0]) / own[1]);
    }
};

/// A body, and what its tables live in.
template <class Body>
struct WithTables {
    Each<Body> each;
    std::vector<std::shared_ptr<const void>> tables;
};

template <class Body>
DeviceStatus launchWithTables(DeviceContext* context, const void* problem, void* const* operands,
                              void* workspace) {
    const auto& bound = *static_cast<const WithTables<Body>*>(problem);
    return launchEach<Body>(context, &bound.each, operands, workspace);
}

template <class Body>
DeviceStatus takeWithTables(StreamKernel* kernel, const Call& call, const char* name,
                            const Body& body, std::vector<std::shared_ptr<const void>> tables) {
    const WithTables<Body> bound{{body, call.out(0).array.elements(), call.operands.size()},
                                 std::move(tables)};
    return take(kernel, std::string(name) + " CUDA", bound, launchWithTables<Body>);
}

}  // namespace

DeviceStatus bindResample(Context& context, const Call& call, StreamKernel* kernel) {
    const auto& resample = std::get<Resample>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "axis_map", why);
    const DType type = call.in(0).dtype;
    if (type != DType::F32 && type != DType::F64)
        return refuse(kernel, "axis_map", unexpectedType("f32 or f64", type));
    std::shared_ptr<int64_t> begin, index;
    std::shared_ptr<double> weight;
    DeviceStatus status = upload(context, resample.map.begin, &begin);
    if (status == DeviceStatus::Ok) status = upload(context, resample.map.index, &index);
    if (status == DeviceStatus::Ok) status = upload(context, resample.map.weight, &weight);
    if (status != DeviceStatus::Ok) return status;
    const AlongAxis x = alongAxis(call.in(0), resample.axis);
    const MapAxis body{.at = {},
                       .in = x.extent,
                       .out = alongAxis(call.out(0), resample.axis).extent,
                       .inner = x.inner,
                       .elements = {type},
                       .begin = begin.get(),
                       .index = index.get(),
                       .weight = weight.get()};
    return takeWithTables(kernel, call, "axis_map", body, {begin, index, weight});
}

DeviceStatus bindNormalize(Context& context, const Call& call, StreamKernel* kernel) {
    const auto& normalize = std::get<Normalize>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "normalize", why);
    const Operand& y = call.out(0);
    if (call.in(0).dtype != DType::U8 || (y.dtype != DType::F32 && y.dtype != DType::F64))
        return refuse(kernel, "normalize", "wants bytes, and f32 or f64 of them");
    const size_t channels = std::max(normalize.mean.size(), normalize.std.size());
    std::vector<double> numbers;
    for (size_t c = 0; c < channels; ++c) {
        numbers.push_back(normalize.mean[normalize.mean.size() > 1 ? c : 0]);
        numbers.push_back(normalize.std[normalize.std.size() > 1 ? c : 0]);
    }
    std::shared_ptr<double> table;
    const DeviceStatus status = upload(context, numbers, &table);
    if (status != DeviceStatus::Ok) return status;
    const NormalizePixels body{.at = {},
                               .plane = channels > 1 ? y.h * y.w : y.array.elements(),
                               .channels = static_cast<int64_t>(channels),
                               .elements = {y.dtype},
                               .numbers = table.get()};
    return takeWithTables(kernel, call, "normalize", body, {table});
}

}  // namespace vitrine::kernels::cuda
