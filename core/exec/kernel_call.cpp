// SPDX-License-Identifier: Apache-2.0
// From instructions to calls of kernels.
#include "core/exec/kernel_call.h"

#include <array>

#include "core/base/check.h"

namespace vitrine {

namespace {

std::vector<ValueShape> shapesOf(const Instr& instr, std::span<const TensorType> types) {
    std::vector<ValueShape> shapes;
    shapes.reserve(types.size());
    for (size_t k = 0; k < types.size(); ++k)
        shapes.push_back({logicalShape(types[k]).shape, types[k].dtype, instr.in[k] != noValue});
    return shapes;
}

/// Elements in the order of `in`, all of them: what a reshape gives.
bool keepsOrder(const Instr& view, const Shape& in, const Shape& out) {
    const auto result = view.op->view(view.attrs, ArrayView::contiguous(in), out);
    return in.elements() == out.elements() && result && result->offset == 0 &&
           result->isContiguous();
}

/// Adds the steps of a fused operator, by the places of its operands in the call.
void addSteps(const FusedOp& fused, const std::vector<int>& places,
              std::vector<kernels::ChainStep>& steps) {
    Instr instr;
    instr.op = fused.op;
    instr.attrs = fused.attrs;
    // Pointwise problems follow from the fields alone.
    const std::vector<kernels::ChainStep> own =
        kernels::asSteps(fused.op->problem({instr, {}, {}}));
    VITRINE_CHECK(!own.empty(), "what is fused is a pointwise function");
    const auto placeOf = [&](int operand) {
        if (operand == kernels::ChainStep::soFar) return operand;
        const int read = fused.reads[static_cast<size_t>(operand)];
        return read == FusedOp::soFar ? kernels::ChainStep::soFar
                                      : places[static_cast<size_t>(read)];
    };
    for (kernels::ChainStep step : own) {
        step.a = placeOf(step.a);
        step.b = placeOf(step.b);
        step.c = placeOf(step.c);
        if (fused.at != FusedOp::soFar) step.at = places[static_cast<size_t>(fused.at)];
        steps.push_back(step);
    }
}

bool isPool(const FusedOp& fused) {
    return fused.op->id == "max_pool2d" || fused.op->id == "max_pool_backward";
}

/// The gradient that a load gives, made of that of maxima.
Shape spreadShape(const FusedOp& load, const Shape& maxima) {
    const std::array<ValueShape, 2> in{ValueShape{maxima}, ValueShape{maxima, DType::I32}};
    const auto out = load.op->inferShapes(load.attrs, in);
    VITRINE_CHECK(out.ok(), "what is loaded through a pool has been pooled");
    return (*out)[0].shape;
}

/// Adds a reduction of what is stored.
void addSum(const FusedOp& sum, const std::vector<int>& places, kernels::Call& call) {
    Instr instr;
    instr.op = sum.op;
    instr.attrs = sum.attrs;
    // Which reduction it is follows from the operator alone.
    const kernels::Problem problem = sum.op->problem({instr, {}, {}});
    const auto* const channel = std::get_if<kernels::Channel>(&problem);
    VITRINE_CHECK(channel, "what is summed is summed by channel");
    kernels::ChannelSum added{.pass = channel->pass};
    const auto placeOf = [&](size_t operand) {
        return static_cast<size_t>(places[static_cast<size_t>(sum.reads[operand])]);
    };
    if (added.pass == kernels::ChannelPass::Dot) {
        added.image = placeOf(1);
        added.center = placeOf(2);
    }
    call.ofSums += static_cast<size_t>(sum.added);
    call.sums.push_back(added);
}

}  // namespace

ValueShape logicalShape(const TensorType& type) {
    ValueShape logical{type.shape, type.dtype};
    if (type.layout.packing.frequencies) logical.shape[2] = logical.shape[3] = 3;
    return logical;
}

bool loadsThroughPool(const Instr& instr) { return !instr.loads.empty() && isPool(instr.loads[0]); }

bool endsInPool(const Instr& instr) {
    return !instr.epilogue.empty() && isPool(instr.epilogue.back());
}

OwnShapes ownShapes(const Instr& instr, std::span<const ValueShape> in,
                    std::span<const ValueShape> out) {
    OwnShapes own{{in.begin(), in.end()}, {out.begin(), out.end()}};
    if (loadsThroughPool(instr)) own.in[0].shape = spreadShape(instr.loads[0], in[0].shape);
    if (!endsInPool(instr)) return own;
    const auto results = instr.op->inferShapes(
        instr.attrs, std::span(own.in).first(instr.in.size() - foldedOperands(instr)));
    VITRINE_CHECK(results.ok(), "what is pooled has been made");
    own.out = *results;
    return own;
}

kernels::Operand operandOf(const TensorType& type) {
    kernels::Operand operand;
    operand.layout = type.layout.kind;
    operand.halo = type.layout.halo;
    operand.packing = type.layout.packing;
    operand.dtype = type.dtype;
    operand.n = 1;
    operand.c = type.shape.elements();
    if (hasImageView(type.shape)) {
        const ImageView view = imageView(type.shape);
        operand.n = view.n;
        operand.c = view.c;
        operand.h = view.h;
        operand.w = view.w;
    }
    operand.array.rank = type.shape.rank();
    for (int axis = 0; axis < type.shape.rank(); ++axis) {
        operand.array.shape[static_cast<size_t>(axis)] = type.shape[axis];
        operand.array.strides[static_cast<size_t>(axis)] = type.strides[axis];
    }
    return operand;
}

std::vector<ValueId> callValues(const Instr& instr) {
    std::vector<ValueId> values;
    values.reserve(instr.in.size() + instr.out.size());
    for (ValueId v : instr.operands()) values.push_back(v);
    values.insert(values.end(), instr.out.begin(), instr.out.end());
    return values;
}

kernels::Call callOf(const Instr& instr, std::span<const TensorType> in,
                     std::span<const TensorType> out) {
    const std::vector<ValueShape> inShapes = shapesOf(instr, in);
    std::vector<ValueShape> outShapes;
    outShapes.reserve(out.size());
    for (const TensorType& type : out) outShapes.push_back(logicalShape(type));
    kernels::Call call;
    call.operands.reserve(in.size() + out.size());
    const OwnShapes own = ownShapes(instr, inShapes, outShapes);
    call.problem = instr.op->problem({instr, own.in, own.out});
    // Where an operand of the instruction stands in the call.
    std::vector<int> places;
    places.reserve(in.size());
    const size_t ownCount = in.size() - foldedOperands(instr);
    for (size_t k = 0; k < in.size(); ++k) {
        places.push_back(static_cast<int>(call.operands.size()));
        if (!inShapes[k].isThere) continue;
        call.operands.push_back(operandOf(in[k]));
        if (k < ownCount) ++call.own;
    }
    for (const TensorType& type : out) call.operands.push_back(operandOf(type));
    call.results = out.size();
    for (const FusedOp& load : instr.loads) {
        if (!isPool(instr.loads[0])) addSteps(load, places, call.load);
        call.ofLoad += static_cast<size_t>(load.added);
    }
    for (const FusedOp& fused : instr.epilogue)
        if (!isPool(fused)) addSteps(fused, places, call.store);
    for (const FusedOp& sum : instr.sums) addSum(sum, places, call);
    return call;
}

kernels::PooledCall pooledCall(const Instr& instr, kernels::Call call) {
    const kernels::Image image = kernels::imageAtPool(call);
    const ValueShape shape{Shape{image.n, image.c, image.h, image.w}};
    const bool isGradient = loadsThroughPool(instr);
    const FusedOp& fused = isGradient ? instr.loads[0] : instr.epilogue.back();
    Instr pool;
    pool.op = fused.op;
    pool.attrs = fused.attrs;
    const std::span images(&shape, 1);
    kernels::PooledCall pooled{.call = std::move(call),
                               .pool = fused.op->problem({pool, images, images})};
    if (!isGradient) return pooled;
    // Both operands of a gradient of weights are there.
    pooled.index = static_cast<size_t>(instr.loads[0].reads[1]);
    if (instr.loads.size() > 1) pooled.maxima = static_cast<size_t>(instr.loads[1].reads[1]);
    return pooled;
}

kernels::Kernel boundTo(const Instr& instr, kernels::Call call) {
    if (!endsInPool(instr) && !loadsThroughPool(instr)) return kernels::bind(call);
    return kernels::bind(pooledCall(instr, std::move(call)));
}

kernels::Call logicalCall(const Instr& instr, std::span<const ValueShape> in,
                          std::span<const ValueShape> out) {
    const auto typesOf = [](std::span<const ValueShape> shapes) {
        std::vector<TensorType> types;
        types.reserve(shapes.size());
        for (const ValueShape& of : shapes)
            types.push_back(TensorType::rowMajor(of.shape, of.dtype));
        return types;
    };
    return callOf(instr, typesOf(in), typesOf(out));
}

bool staysIn(LayoutKind kind, const Instr& view, const Shape& in, const Shape& out) {
    if (kind == LayoutKind::RowMajor) return true;
    if (kind == LayoutKind::Packed) return false;
    if (!hasImageView(in) || !hasImageView(out) || in[0] != out[0]) return false;
    // Lanes keep images side by side and the rest in row-major order; blocks of channels stay
    // together too.
    return (kind == LayoutKind::Lanes || in[1] == out[1]) && keepsOrder(view, in, out);
}

std::optional<TensorType> viewType(const Instr& instr, const TensorType& in,
                                   const ValueShape& out) {
    TensorType result = TensorType::rowMajor(out.shape, out.dtype);
    if (in.layout.kind != LayoutKind::RowMajor) {
        if (in.layout.halo != 0 || !staysIn(in.layout.kind, instr, in.shape, out.shape))
            return std::nullopt;
        result.layout = in.layout;
        return result;
    }
    const std::optional<ArrayView> view = instr.op->view(instr.attrs, in.array(), out.shape);
    if (!view) return std::nullopt;
    result.strides = view->strides;
    result.offset = view->offset;
    return result;
}

}  // namespace vitrine
