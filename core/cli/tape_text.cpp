// SPDX-License-Identifier: Apache-2.0
// Writes tapes out.
#include "core/cli/tape_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/cli/text.h"
#include "core/tensor/channels_last.h"

namespace vitrine::cli {

namespace {

std::string operatorText(const TapeEntry& entry) {
    std::string text;
    for (const FusedOp& load : entry.instr.loads) text += fmt::format("{} + ", load.op->id);
    text += entry.instr.op->id;
    for (size_t k = entry.instr.loads.size(); k < entry.instr.foldedCount(); ++k)
        text += fmt::format(" + {}", entry.instr.folded(k).op->id);
    return text;
}

std::string operandShapes(const Tape& tape, const Instr& instr) {
    std::vector<std::string> shapes;
    for (ValueId v : instr.operands()) shapes.push_back(tape.value(v).type.shape.text());
    if (shapes.size() > 3) {
        const size_t more = shapes.size() - 2;
        shapes.resize(2);
        shapes.push_back(fmt::format("… {} more", more));
    }
    return fmt::format("{}", fmt::join(shapes, " "));
}

/// Where the first result lies: `s 1024` in the states, `1,048,576` in the step's section, `= x`
/// for a view.
std::string placeText(const Tape& tape, ValueId v) {
    const TapeValue& value = tape.value(v);
    const TapeStorage& storage = tape.storages[static_cast<size_t>(value.storage)];
    return fmt::format("{}{}", storage.isState ? "state " : "", storage.block.offset);
}

bool isInPlace(const Tape& tape, const Instr& instr) {
    return !instr.op->isView() && std::ranges::any_of(instr.operands(), [&](ValueId v) {
        return tape.value(v).storage == tape.value(instr.out[0]).storage;
    });
}

std::string remark(const Tape& tape, const TapeEntry& entry) {
    if (entry.instr.op->isView())
        return fmt::format("view of {}{}", tape.value(entry.instr.in[0]).name,
                           tape.value(entry.instr.out[0]).type.isContiguous() ? "" : ", strided");
    std::string text = entry.kernel.name;
    if (isInPlace(tape, entry.instr)) text += ", in place";
    if (entry.once) text += ", once";
    if (entry.again) text += ", again";
    return text;
}

std::vector<std::string> aliveAt(const Tape& tape, int entry) {
    std::vector<const TapeStorage*> alive;
    for (const TapeStorage& storage : tape.storages)
        if (!storage.isState && storage.block.first <= entry && entry <= storage.block.last)
            alive.push_back(&storage);
    std::stable_sort(alive.begin(), alive.end(),
                     [](const auto* a, const auto* b) { return a->block.bytes > b->block.bytes; });
    std::vector<std::string> names;
    for (const TapeStorage* storage : alive)
        names.push_back(fmt::format(
            "{} ({})",
            storage->values.empty() ? "workspace" : tape.value(storage->values.back()).name,
            bytesText(static_cast<double>(storage->block.bytes))));
    return names;
}

/// What is made a second time, and what that is estimated to cost.
std::string recomputeText(const Tape& tape) {
    if (tape.recomputed() == 0) return {};
    const double again = tape.recomputeSeconds(), kept = tape.seconds() - again;
    return fmt::format(
        "made again in the backward phase: {}, {:.1f} ms of about {:.1f} ms "
        "(+{:.1f} %)\n",
        countOf(static_cast<size_t>(tape.recomputed()), "value", "values"), again * 1e3,
        tape.seconds() * 1e3, 100 * again / kept);
}

/// Of how many entries the kernel was chosen by measured times.
std::string measuredText(const Tape& tape) {
    const auto isMeasured = [](const TapeEntry& entry) { return entry.reasons.isMeasured(); };
    const auto count = std::ranges::count_if(tape.entries, isMeasured);
    return count == 0 ? std::string()
                      : fmt::format("kernels of {} were chosen by what was measured here\n",
                                    countOf(static_cast<size_t>(count), "entry", "entries"));
}

std::string summary(const Tape& tape) {
    double flops = 0;
    for (const TapeEntry& entry : tape.entries) flops += entry.flops;
    std::string out =
        fmt::format("\n{}, {} FLOP for a batch of {}\n",
                    countOf(tape.entries.size(), "entry", "entries"), countText(flops), tape.batch);
    out += fmt::format("arena: {} = {} of states + {} for the step (least possible {})\n",
                       bytesText(static_cast<double>(tape.arenaBytes())),
                       bytesText(static_cast<double>(tape.stateBytes)),
                       bytesText(static_cast<double>(tape.extent.peakBytes)),
                       bytesText(static_cast<double>(tape.extent.lowerBoundBytes)));
    out += recomputeText(tape);
    out += measuredText(tape);
    out += fmt::format("peak at entry {}; alive there:\n", tape.extent.peakEntry);
    for (const std::string& name : aliveAt(tape, tape.extent.peakEntry)) out += "  " + name + "\n";
    return out;
}

nlohmann::ordered_json typeJson(const Tape& tape, ValueId v) {
    const TapeValue& value = tape.value(v);
    return {{"name", value.name},
            {"shape", value.type.shape.dims()},
            {"dtype", name(value.type.dtype)},
            {"layout", text(value.type)},
            {"contiguous", value.type.isContiguous()},
            {"view", value.isView},
            {"storage", value.storage}};
}

nlohmann::ordered_json entryJson(const Tape& tape, size_t index) {
    const TapeEntry& entry = tape.entries[index];
    nlohmann::ordered_json in = nlohmann::json::array(), out = nlohmann::json::array();
    for (ValueId v : entry.instr.operands()) in.push_back(typeJson(tape, v));
    for (ValueId v : entry.instr.out) out.push_back(typeJson(tape, v));
    return {{"event", "entry"},
            {"index", index},
            {"operator", operatorText(entry)},
            {"phase", name(entry.instr.phase)},
            {"once", entry.once},
            {"again", entry.again},
            {"seconds", entry.seconds},
            {"origins", entry.instr.origins},
            {"in", in},
            {"out", out},
            {"kernel", entry.kernel.name},
            {"why_taken", entry.reasons.whyTaken()},
            {"measured", entry.reasons.isMeasured()},
            {"why_not_others", entry.reasons.whyNotOthers()},
            {"refused", entry.kernel.refused},
            {"flops", entry.flops},
            {"bytes", entry.bytes}};
}

}  // namespace

std::string tapeTable(const Tape& tape) {
    Table table({{"#", true},
                 {"operator", false, 34},
                 {"node", false, 24},
                 {"operands", false, 58},
                 {"result", false, 22},
                 {"layout"},
                 {"stored", true},
                 {"FLOP", true},
                 {"offset", true},
                 {"kernel", false, 60}});
    Phase phase = Phase::Update;
    for (size_t i = 0; i < tape.entries.size(); ++i) {
        const TapeEntry& entry = tape.entries[i];
        if (i == 0 || entry.instr.phase != phase)
            table.heading(fmt::format("{}:", name(entry.instr.phase)));
        phase = entry.instr.phase;
        const TensorType& out = tape.value(entry.instr.out[0]).type;
        table.add({std::to_string(i), operatorText(entry),
                   fmt::format("{}", fmt::join(entry.instr.origins, " ")),
                   operandShapes(tape, entry.instr), out.shape.text(), text(out),
                   bytesText(static_cast<double>(out.storageBytes())), countText(entry.flops),
                   placeText(tape, entry.instr.out[0]), remark(tape, entry)});
    }
    return table.text() + summary(tape);
}

std::string tapeJson(const Tape& tape) {
    std::string out;
    for (size_t i = 0; i < tape.entries.size(); ++i) out += entryJson(tape, i).dump() + "\n";
    for (size_t s = 0; s < tape.storages.size(); ++s) {
        const TapeStorage& storage = tape.storages[s];
        std::vector<std::string> names;
        for (ValueId v : storage.values) names.push_back(tape.value(v).name);
        const nlohmann::ordered_json line{{"event", "storage"},
                                          {"storage", s},
                                          {"section", storage.isState ? "state" : "step"},
                                          {"workspace", storage.isWorkspace},
                                          {"offset", storage.block.offset},
                                          {"bytes", storage.block.bytes},
                                          {"first", storage.block.first},
                                          {"last", storage.block.last},
                                          {"values", names}};
        out += line.dump() + "\n";
    }
    const nlohmann::ordered_json plan{{"event", "plan"},
                                      {"batch", tape.batch},
                                      {"state_bytes", tape.stateBytes},
                                      {"step_bytes", tape.extent.peakBytes},
                                      {"least_step_bytes", tape.extent.lowerBoundBytes},
                                      {"peak_entry", tape.extent.peakEntry},
                                      {"recomputed", tape.recomputed()},
                                      {"seconds", tape.seconds()},
                                      {"recompute_seconds", tape.recomputeSeconds()}};
    return out + plan.dump() + "\n";
}

}  // namespace vitrine::cli
