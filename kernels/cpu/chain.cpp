// SPDX-License-Identifier: Apache-2.0
// Binding and running chains.
#include "kernels/cpu/chain.h"

#include <algorithm>
#include <array>
#include <span>

#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels::cpu {

namespace {

constexpr size_t mostOperands = 32;
constexpr int64_t pieceElements = 1024;  // of each operand, in L1 together
constexpr int64_t grainElements = 16 * 1024;

struct Step {
    RowFunction run = nullptr;
    float p = 0;
    int a = ChainStep::soFar, b = ChainStep::soFar;
};

std::vector<Step> boundSteps(std::span<const ChainStep> steps) {
    std::vector<Step> bound;
    for (const ChainStep& step : steps)
        bound.push_back({rowFunction(step.function), static_cast<float>(step.p), step.a, step.b});
    return bound;
}

using Pointers = std::array<const float*, mostOperands>;

/// One step on a piece of a row that begins at `at` in every operand.
void runStep(const Step& step, const Pointers& operands, int64_t at, const float* soFar, float* to,
             int64_t count) {
    const auto from = [&](int operand) {
        return operand == ChainStep::soFar ? soFar : operands[static_cast<size_t>(operand)] + at;
    };
    step.run(from(step.a), from(step.b), to, count, step.p);
}

/// Where row `line` of a plane begins.
int64_t rowOf(const Image& image, int64_t plane, int64_t line) {
    return plane * image.planeStride() + image.origin() + line * image.rowStride();
}

/// Runs of floats that lie together in all of some images: a whole row-major image or, where no
/// image has a halo, planes on end; else rows of planes.
struct Runs {
    std::vector<Image> images;  ///< the last is the result
    bool isFlat = true;

    explicit Runs(std::vector<Image> of) : images(std::move(of)) {
        for (const Image& image : images) isFlat = isFlat && image.halo == 0;
    }
    const Image& result() const { return images.back(); }
    bool isRowMajor() const { return result().layout == Layout::RowMajor; }

    /// Calls body(offsets, count) for rows [first, end) of planes [plane, plane + planes), or for
    /// so many elements of row-major memory.
    template <class Body>
    void forEach(int64_t plane, int64_t planes, int64_t first, int64_t end, Body body) const {
        std::array<int64_t, mostOperands> offsets{};
        if (isRowMajor()) {
            offsets.fill(plane);
            return body(offsets, planes);
        }
        if (isFlat && first == 0 && end == result().h) {
            offsets.fill(plane * result().planeStride());
            return body(offsets, planes * result().planeStride());
        }
        for (int64_t i = plane; i < plane + planes; ++i)
            for (int64_t line = first; line < end; ++line) {
                for (size_t k = 0; k < images.size(); ++k) offsets[k] = rowOf(images[k], i, line);
                body(offsets, result().w * blockWidth);
            }
    }
};

std::string chainText(std::span<const ChainStep> steps) {
    std::string text;
    for (const ChainStep& step : steps) text.append(" + ").append(name(step.function));
    return text;
}

struct MapChain {
    Runs runs;
    std::vector<Step> steps;
    Cut cut;  ///< of planes, or of pieces of row-major memory

    void runPiece(const Pointers& at, int64_t first, int64_t count, float* y) const {
        float soFar[pieceElements];
        for (size_t s = 0; s < steps.size(); ++s)
            runStep(steps[s], at, first, soFar, s + 1 < steps.size() ? soFar : y + first, count);
    }
};

void runMapChain(const void* problem, void* const* operands, void*, int, int64_t part) {
    const auto& chain = *static_cast<const MapChain*>(problem);
    const size_t inputs = chain.runs.images.size() - 1;
    const Image& y = chain.runs.result();
    auto* const result = static_cast<float*>(operands[inputs]);
    int64_t first = chain.cut.begin(part), count = chain.cut.end(part) - first;
    if (chain.runs.isRowMajor()) {
        const int64_t end = std::min(y.elements(), (first + count) * pieceElements);
        first *= pieceElements;
        count = end - first;
    }
    chain.runs.forEach(first, count, 0, y.h, [&](const auto& offsets, int64_t length) {
        Pointers at{};
        for (size_t k = 0; k < inputs; ++k)
            at[k] = static_cast<const float*>(operands[k]) + offsets[k];
        float* const to = result + offsets[inputs];
        for (int64_t i = 0; i < length; i += pieceElements)
            chain.runPiece(at, i, std::min(pieceElements, length - i), to);
    });
    if (y.halo > 0)
        for (int64_t plane = first; plane < first + count; ++plane)
            zeroHalo(y, result + plane * y.planeStride());
}

struct StoreChain {
    Kernel inner;
    size_t own = 0;  ///< operands of the inner kernel
    Runs runs;       ///< what else the steps read, then the result
    std::vector<Step> steps;
};

void runSteps(const StoreChain& chain, void* const* operands, int64_t part) {
    const ResultShare share = chain.inner.share(chain.inner.problem.get(), part);
    const size_t inputs = chain.own + chain.runs.images.size() - 1;
    auto* const result = static_cast<float*>(operands[inputs]);
    for (int64_t i = 0; i < share.repeats; ++i)
        chain.runs.forEach(share.first + i * share.stride, share.count, share.firstRow,
                           share.endRow, [&](const auto& offsets, int64_t length) {
                               Pointers at{};
                               for (size_t k = chain.own; k < inputs; ++k)
                                   at[k] = static_cast<const float*>(operands[k]) +
                                           offsets[k - chain.own];
                               float* const y = result + offsets[inputs - chain.own];
                               for (int64_t first = 0; first < length; first += pieceElements)
                                   for (const Step& step : chain.steps)
                                       runStep(step, at, first, y + first, y + first,
                                               std::min(pieceElements, length - first));
                           });
}

void runStoreChain(const void* problem, void* const* operands, void* workspace, int phase,
                   int64_t part) {
    const auto& chain = *static_cast<const StoreChain*>(problem);
    std::array<void*, mostOperands> own{};
    std::copy_n(operands, chain.own, own.begin());
    own[chain.own] = operands[chain.own + chain.runs.images.size() - 1];
    chain.inner.run(chain.inner.problem.get(), own.data(), workspace, phase, part);
    if (phase + 1 == chain.inner.phases) runSteps(chain, operands, part);
}

}  // namespace

Kernel bindMapChain(const Map& map, const Call& call) {
    std::vector<ChainStep> steps{{map.function, map.p, 0, isBinary(map.function) ? 1 : 0}};
    steps.insert(steps.end(), call.store.begin(), call.store.end());
    MapChain chain{Runs({call.operands.begin(), call.operands.end()}), boundSteps(steps), {}};
    const Image& y = chain.runs.result();
    chain.cut =
        y.layout == Layout::RowMajor
            ? cut((y.elements() + pieceElements - 1) / pieceElements, pieceElements, grainElements)
            : cut(y.planes(), y.planeStride(), grainElements);
    std::string text = "pointwise.chain ";
    text.append(layoutName(y.layout)).append(" vector ").append(instructionSet().name);
    const int64_t parts = chain.cut.parts;
    Kernel kernel =
        bindKernel(text + chainText(steps).replace(0, 3, ": "), std::move(chain), runMapChain);
    kernel.parts[0] = parts;
    return kernel;
}

Kernel bindStoreChain(Kernel inner, const Call& call) {
    const std::string text = inner.name + chainText(call.store);
    Kernel kernel = inner;
    StoreChain chain{
        std::move(inner), call.own,
        Runs({call.operands.begin() + static_cast<std::ptrdiff_t>(call.own), call.operands.end()}),
        boundSteps(call.store)};
    kernel.name = text;
    kernel.problem = std::make_shared<const StoreChain>(std::move(chain));
    kernel.run = runStoreChain;
    kernel.share = nullptr;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
