// SPDX-License-Identifier: Apache-2.0
// The kernel of a step's gradient norm, for states.
#include "core/exec/states_norm.h"

#include "core/exec/kernel_call.h"
#include "core/opdef/registry.h"

namespace vitrine {

std::vector<const StateLayout::Item*> statesOf(const StateLayout& states, DType floatType) {
    std::vector<const StateLayout::Item*> items;
    for (const StateLayout::Item& item : states.items())
        if (item.dtype == floatType) items.push_back(&item);
    return items;
}

Result<StatesNorm> bindStatesNorm(const std::vector<const StateLayout::Item*>& items,
                                  DeviceMemory& memory) {
    StatesNorm norm;
    Instr instr;
    instr.op = findOperator("global_norm");
    std::vector<TensorType> types;
    for (const StateLayout::Item* item : items) {
        instr.in.push_back(static_cast<ValueId>(types.size()));
        types.push_back(TensorType::rowMajor(item->shape, item->dtype));
        norm.operands.push_back(memory.address(item->offset));
    }
    instr.out.push_back(static_cast<ValueId>(types.size()));
    const DType type = items.front()->dtype;
    const TensorType result = TensorType::rowMajor(Shape{1}, type);
    auto kernel = memory.device().bind(callOf(instr, types, {&result, 1}), sizeOf(type));
    if (!kernel) return kernel.error();
    norm.kernel = std::move(kernel).value();
    return norm;
}

}  // namespace vitrine
