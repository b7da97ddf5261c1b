// SPDX-License-Identifier: Apache-2.0
// The plain loops of convolution.
#include "kernels/reference/conv2d.h"

#include "kernels/reference/plane.h"
#include "kernels/reference/window_taps.h"

namespace vitrine::kernels::reference {

namespace {

/// y[p] += Σ_k x[p · stride + k · dilation − before] · w[k], along every axis.
template <class T>
void correlate(const Conv2dProblem& pr, const Plane<const T>& x, const T* w, const Plane<T>& y) {
    forEachWindow(pr.window, [&](int64_t row, int64_t q, int64_t z, int64_t p) {
        T& sum = y.at(row, q);
        forEachTap(pr.window, z, p, q,
                   [&](int64_t tap, int64_t h, int64_t v) { sum += x.at(h, v) * w[tap]; });
    });
}

/// dx[p · stride + k · dilation − before] += dy[p] · w[k]: each product goes where its forward twin
/// came from.
template <class T>
void scatter(const Conv2dProblem& pr, const Plane<const T>& dy, const T* w, const Plane<T>& dx) {
    forEachWindow(pr.window, [&](int64_t row, int64_t q, int64_t z, int64_t p) {
        const T up = dy.at(row, q);
        forEachTap(pr.window, z, p, q,
                   [&](int64_t tap, int64_t h, int64_t v) { dx.at(h, v) += up * w[tap]; });
    });
}

template <class T>
void fill(const Image& im, const Plane<T>& p, T value) {
    for (int64_t h = 0; h < im.h; ++h)
        for (int64_t w = 0; w < im.w; ++w) p.at(h, w) = value;
}

}  // namespace

template <class T>
void conv2dForwardPlane(const Conv2dProblem& pr, const T* x, const T* w, const T* bias, T* y,
                        int64_t n, int64_t k) {
    const int64_t channels = pr.x.c / pr.groups, group = k / (pr.y.c / pr.groups);
    const Plane<T> out = plane(pr.y, y, n, k);
    zeroHalo(pr.y, y, n, k);
    fill(pr.y, out, bias ? bias[k] : T(0));
    for (int64_t c = 0; c < channels; ++c)
        correlate(pr, plane(pr.x, x, n, group * channels + c),
                  w + (k * channels + c) * pr.window.taps(), out);
    if (pr.epilogue != Epilogue::Relu) return;
    for (int64_t p = 0; p < pr.y.h; ++p)
        for (int64_t q = 0; q < pr.y.w; ++q)
            if (out.at(p, q) < T(0)) out.at(p, q) = T(0);
}

template <class T>
void conv2dDataPlane(const Conv2dProblem& pr, const T* dy, const T* w, const T* gate, T* dx,
                     int64_t n, int64_t c) {
    const int64_t channels = pr.x.c / pr.groups, filters = pr.y.c / pr.groups;
    const int64_t group = c / channels;
    const Plane<T> out = plane(pr.x, dx, n, c);
    zeroHalo(pr.x, dx, n, c);
    fill(pr.x, out, T(0));
    for (int64_t k = group * filters; k < (group + 1) * filters; ++k)
        scatter(pr, plane(pr.y, dy, n, k), w + (k * channels + c % channels) * pr.window.taps(),
                out);
    if (pr.epilogue != Epilogue::ReluGate) return;
    const Plane<const T> open = plane(pr.x, gate, n, c);
    for (int64_t h = 0; h < pr.x.h; ++h)
        for (int64_t v = 0; v < pr.x.w; ++v)
            if (!(open.at(h, v) > T(0))) out.at(h, v) = T(0);
}

template <class T>
void conv2dWeightsFilter(const Conv2dProblem& pr, const T* dy, const T* x, T* dw, int64_t k,
                         int64_t c) {
    const int64_t channels = pr.x.c / pr.groups, group = k / (pr.y.c / pr.groups);
    T* const filter = dw + (k * channels + c) * pr.window.taps();
    for (int64_t tap = 0; tap < pr.window.taps(); ++tap) filter[tap] = T(0);
    for (int64_t n = 0; n < pr.y.n; ++n) {
        const Plane<const T> up = plane(pr.y, dy, n, k);
        const Plane<const T> in = plane(pr.x, x, n, group * channels + c);
        forEachWindow(pr.window, [&](int64_t row, int64_t q, int64_t z, int64_t p) {
            const T gradient = up.at(row, q);
            forEachTap(pr.window, z, p, q, [&](int64_t tap, int64_t h, int64_t v) {
                filter[tap] += gradient * in.at(h, v);
            });
        });
    }
}

namespace {

template <class T>
void runForward(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& pr = *static_cast<const Conv2dProblem*>(problem);
    const auto in = [&](int i) { return static_cast<const T*>(operands[i]); };
    conv2dForwardPlane(pr, in(0), in(1), pr.bias ? in(2) : nullptr,
                       static_cast<T*>(operands[pr.bias ? 3 : 2]), part / pr.y.c, part % pr.y.c);
}

template <class T>
void runData(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& pr = *static_cast<const Conv2dProblem*>(problem);
    const bool gated = pr.epilogue == Epilogue::ReluGate;
    const auto in = [&](int i) { return static_cast<const T*>(operands[i]); };
    conv2dDataPlane(pr, in(0), in(1), gated ? in(2) : nullptr,
                    static_cast<T*>(operands[gated ? 3 : 2]), part / pr.x.c, part % pr.x.c);
}

template <class T>
void runWeights(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& pr = *static_cast<const Conv2dProblem*>(problem);
    const int64_t channels = pr.x.c / pr.groups;
    conv2dWeightsFilter(pr, static_cast<const T*>(operands[0]), static_cast<const T*>(operands[1]),
                        static_cast<T*>(operands[2]), part / channels, part % channels);
}

Kernel kernel(const Conv2dProblem& pr, const char* pass, Kernel::Run f32, Kernel::Run f64,
              int64_t parts) {
    const char* layout = pr.y.layout == Layout::RowMajor ? " row-major"
                         : pr.y.layout == Layout::Lanes  ? " lanes"
                                                         : " blocked";
    const bool wide = pr.x.dtype == DType::F64;
    Kernel result;
    result.name = std::string("conv2d.") + pass + layout + " reference " + (wide ? "f64" : "f32");
    result.problem = std::make_shared<Conv2dProblem>(pr);
    result.run = wide ? f64 : f32;
    result.parts[0] = parts;
    return result;
}

}  // namespace

Kernel conv2dForward(const Conv2dProblem& pr) {
    return kernel(pr, "forward", runForward<float>, runForward<double>, pr.y.n * pr.y.c);
}

Kernel conv2dData(const Conv2dProblem& pr) {
    return kernel(pr, "data", runData<float>, runData<double>, pr.x.n * pr.x.c);
}

Kernel conv2dWeights(const Conv2dProblem& pr) {
    return kernel(pr, "weights", runWeights<float>, runWeights<double>,
                  pr.y.c * (pr.x.c / pr.groups));
}

#define VITRINE_INSTANTIATE(T)                                                                     \
    template void conv2dForwardPlane(const Conv2dProblem&, const T*, const T*, const T*, T*,       \
                                     int64_t, int64_t);                                            \
    template void conv2dDataPlane(const Conv2dProblem&, const T*, const T*, const T*, T*, int64_t, \
                                  int64_t);                                                        \
    template void conv2dWeightsFilter(const Conv2dProblem&, const T*, const T*, T*, int64_t,       \
                                      int64_t);
VITRINE_INSTANTIATE(float)
VITRINE_INSTANTIATE(double)
#undef VITRINE_INSTANTIATE

}  // namespace vitrine::kernels::reference
