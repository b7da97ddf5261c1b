// SPDX-License-Identifier: Apache-2.0
// LSTM: a cell that gates fill, empty and show.
#include "core/onnx/recurrence.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::lstm {

namespace {

void read(Context& c) {
    const Attrs attrs =
        recurrentAttrs(c, "lstm_given", 3).with("coupled", c.flag("input_forget", false));
    readRecurrence(c, "lstm_given", attrs, true);
    if (c.real("clip", 0) > 0)
        c.remark(
            "the clip of an LSTM bounds what goes into the cell's own activation too, as ONNX says "
            "it; ONNX Runtime and OpenVINO leave that one out, and give other numbers where the "
            "cell passes the clip");
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LSTM", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::lstm
