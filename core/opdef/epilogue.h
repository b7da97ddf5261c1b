// SPDX-License-Identifier: Apache-2.0
// The pointwise operator that the fusion pass folded into an instruction, as kernels name it.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine {

inline kernels::Epilogue epilogueOf(const Instr& instr) {
    if (instr.epilogue.empty()) return kernels::Epilogue::None;
    VITRINE_CHECK(instr.epilogue.size() == 1, "kernels take one epilogue");
    const std::string_view id = instr.epilogue.front().op->id;
    VITRINE_CHECK(id == "relu" || id == "relu_gate", "kernels know only these epilogues");
    return id == "relu" ? kernels::Epilogue::Relu : kernels::Epilogue::ReluGate;
}

}  // namespace vitrine
