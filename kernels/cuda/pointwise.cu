// SPDX-License-Identifier: Apache-2.0
// Functions of one to three operands, element by element. Those that cost no more than reading the
// operands have kernels of their own for operands without gaps; all others go by strides, and are
// worked out in double and rounded once.
#include "kernels/cuda/chain.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

template <class T>
struct MapStrided {
    Places<4> at;
    Pointwise function = Pointwise::Add;
    int inputs = 1;
    double p = 0, q = 0;
    cpu::StridedWalk<4> walk;

    VITRINE_BOTH void operator()(int64_t i) const {
        int64_t offsets[4];
        offsetsAt(walk, i, offsets);
        double x[3] = {};
        for (int k = 0; k < 3; ++k)
            if (k < inputs) x[k] = at.get<const T>(k)[offsets[k]];
        at.get<T>(inputs)[offsets[3]] =
            static_cast<T>(valueOf<double>(function, x[0], x[1], x[2], p, q));
    }
};

/// Operands and result without gaps, all of the same extents.
template <Pointwise function, class T>
struct MapWhole {
    Places<4> at;
    T p = 0, q = 0;

    VITRINE_BOTH void operator()(int64_t i) const {
        constexpr int inputs = operandsOf(function);
        const T a = at.get<const T>(0)[i];
        const T b = inputs > 1 ? at.get<const T>(1)[i] : T(0);
        const T c = inputs > 2 ? at.get<const T>(2)[i] : T(0);
        at.get<T>(inputs)[i] = valueOf<T>(function, a, b, c, p, q);
    }
};

DeviceStatus bindWhole(const Call& call, const Map& map, StreamKernel* kernel) {
    const int64_t count = call.out(0).array.elements();
    const std::string text = "map." + std::string(name(map.function));
    switch (map.function) {
#define VITRINE_TAKE(Name)                                                                 \
    case Pointwise::Name:                                                                  \
        return takeEach(                                                                   \
            kernel, call, text,                                                            \
            MapWhole<Pointwise::Name, float>{                                              \
                .at = {}, .p = static_cast<float>(map.p), .q = static_cast<float>(map.q)}, \
            count);
        VITRINE_CHEAP_FUNCTIONS(VITRINE_TAKE)
#undef VITRINE_TAKE
        default:
            return DeviceStatus::Ok;
    }
}

bool isAlike(const Call& call) {
    for (const Operand& operand : call.operands)
        if (operand.dtype != DType::F32 || !isWhole(operand) ||
            !hasSameExtents(operand, call.out(0)))
            return false;
    return true;
}

/// The number as a parameter of the operands' type.
template <class T>
double asParameter(double number) {
    return static_cast<double>(static_cast<T>(number));
}

DeviceStatus bindStrided(const Call& call, const Map& map, StreamKernel* kernel) {
    const Operand& y = call.out(0);
    const auto operand = [&](size_t k) { return k < call.inputs() ? &call.in(k) : &y; };
    const std::string text = "map." + std::string(name(map.function)) + " strided";
    return forReal(kernel, "map", y.dtype, [&](auto number) {
        using T = decltype(number);
        for (size_t k = 0; k < call.inputs(); ++k)
            if (call.in(k).dtype != y.dtype)
                return refuse(kernel, "map", "wants operands of the result's type");
        return takeEach(
            kernel, call, text,
            MapStrided<T>{.at = {},
                          .function = map.function,
                          .inputs = static_cast<int>(call.inputs()),
                          .p = asParameter<T>(map.p),
                          .q = asParameter<T>(map.q),
                          .walk = walkOver<4>(y, {operand(0), operand(1), operand(2), &y})},
            y.array.elements());
    });
}

template <class T>
struct ScaleAll {
    Places<3> at;
    VITRINE_BOTH void operator()(int64_t i) const {
        at.get<T>(2)[i] = at.get<const T>(0)[i] * at.get<const T>(1)[0];
    }
};

}  // namespace

DeviceStatus bindMap(Context& context, const Call& call, StreamKernel* kernel) {
    const auto& map = std::get<Map>(call.problem);
    if (const std::string why = whyNotPlain(call, call.operands.size()); !why.empty())
        return refuse(kernel, "map", why);
    if (map.function == Pointwise::Add) {
        const DeviceStatus status = bindAdd(context, call, kernel);
        if (status != DeviceStatus::Ok || kernel->launch) return status;
    }
    if (isAlike(call)) {
        const DeviceStatus status = bindWhole(call, map, kernel);
        if (status != DeviceStatus::Ok || kernel->launch) return status;
    }
    return bindStrided(call, map, kernel);
}

DeviceStatus bindScaleBy(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "scale_by", why);
    return forReal(kernel, "scale_by", call.out(0).dtype, [&](auto number) {
        return takeEach(kernel, call, "scale_by", ScaleAll<decltype(number)>{},
                        call.out(0).array.elements());
    });
}

}  // namespace vitrine::kernels::cuda
