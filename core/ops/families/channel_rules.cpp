// SPDX-License-Identifier: Apache-2.0
// Shapes of operators on channels.
#include "core/ops/families/channel_rules.h"

namespace vitrine::channel {

ValueShape vectorOf(const ValueShape& x) { return {{x.shape[1]}, x.dtype}; }

int64_t elementsPerChannel(const Shape& x) { return x.elements() / x[1]; }

ValueId zeros(Builder& b, ValueId x) { return b.constant({b.shape(x)[1]}, b.dtype(x), 0.0); }

}  // namespace vitrine::channel
