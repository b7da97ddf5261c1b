// SPDX-License-Identifier: Apache-2.0
// What is added to the scores of ONNX's Attention: masks, causality, windows, padding.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

struct Scores {
    int64_t queries = 0, keys = 0;
    int64_t past = 0;  ///< keys in front of the first query's own
    DType type = DType::F32;
};

struct AttentionBias {
    Value value = {};         ///< missing: nothing is added
    bool maySilence = false;  ///< a query may be left without any key
};
/// Of inputs 3 (attn_mask) and 6 (nonpad_kv_seqlen) and the attributes.
AttentionBias attentionBias(Context& c, const Scores& scores);

}  // namespace vitrine::onnx
