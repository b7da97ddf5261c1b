// SPDX-License-Identifier: Apache-2.0
// Shapes, layouts and kernels' problems of operators on channels.
#include "core/opdef/channel_rules.h"

namespace vitrine::channel {

ValueShape vectorOf(const ValueShape& x) { return {{x.shape[1]}, x.dtype}; }

int64_t elementsPerChannel(const Shape& x) { return x.elements() / x[1]; }

LayoutSet layouts(const OpQuery&) { return everyLayout; }

kernels::ChannelProblem problem(const BindContext& context) {
    kernels::ChannelProblem problem;
    problem.x = operandOf(context.in[0]);
    return problem;
}

ValueId zeros(Builder& b, ValueId x) { return b.constant({b.shape(x)[1]}, b.dtype(x), 0.0); }

}  // namespace vitrine::channel
