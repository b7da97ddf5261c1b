// SPDX-License-Identifier: Apache-2.0
// Plans of projects, and values that count.
#include "tests/gui/support/made_tapes.h"

#include <algorithm>
#include <cmath>

namespace vitrine::test {

std::shared_ptr<const Tape> tapeOfProject(const std::string& name) {
    const auto project = loadProject(std::string(VITRINE_SOURCE_DIR "/projects/") + name);
    VITRINE_CHECK(project.ok(), "the project opens");
    auto tape = planTraining(*project);
    VITRINE_CHECK(tape.ok(), "the project has a training step");
    return *tape;
}

int firstEntryWith(const Tape& tape, std::string_view op) {
    const auto found =
        std::find_if(tape.entries.begin(), tape.entries.end(),
                     [&](const TapeEntry& entry) { return entry.instr.op->id == op; });
    return found == tape.entries.end() ? -1 : static_cast<int>(found - tape.entries.begin());
}

ValueId valueNamed(const Tape& tape, std::string_view name) {
    const auto found = std::find_if(tape.values.begin(), tape.values.end(),
                                    [&](const TapeValue& value) { return value.name == name; });
    return found == tape.values.end() ? noValue : static_cast<ValueId>(found - tape.values.begin());
}

ValueSnapshot countingSnapshot(const Shape& shape, int64_t image, int64_t channel, double middle) {
    ValueSnapshot snapshot;
    snapshot.query = {.value = 7, .image = image, .channel = channel};
    snapshot.name = "counting";
    snapshot.type = TensorType::rowMajor(shape, DType::F32);
    snapshot.isAlive = true;
    snapshot.planes = channel < 0 ? shape[1] : 1;
    snapshot.rows = shape[2];
    snapshot.columns = shape[3];
    const int64_t plane = shape[2] * shape[3];
    const int64_t first = (image * shape[1] + std::max<int64_t>(channel, 0)) * plane;
    for (int64_t i = 0; i < snapshot.planes * plane; ++i)
        snapshot.elements.push_back(static_cast<float>(static_cast<double>(first + i) - middle));
    snapshot.statistics.count = shape.elements();
    snapshot.statistics.minimum = -middle;
    snapshot.statistics.maximum = static_cast<double>(shape.elements() - 1) - middle;
    return snapshot;
}

}  // namespace vitrine::test
