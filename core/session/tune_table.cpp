// SPDX-License-Identifier: Apache-2.0
// Writing and reading the table, and what it changes.
#include "core/session/tune_table.h"

#include <cmath>
#include <filesystem>
#include <span>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/version.h"
#include "core/io/json_fields.h"
#include "core/session/machine_text.h"
#include "core/session/training_run.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr const char* formatName = "vitrine-tune";
constexpr int64_t formatVersion = 1, largestFile = 16 << 20;
constexpr const char* estimatesInstead = "Kernels are chosen by estimates.";

/// Instruction set and version of the engine: the class of everything that was measured.
std::string engineText() { return numericsClass("fp32", Math::Fast); }

Error damaged(const std::string& file, const std::string& why) {
    return {"P01",
            fmt::format("'{}' is damaged: {}", printable(file), why),
            {{}, {}, file, 0},
            estimatesInstead,
            "Measure the kernels again, or delete the file."};
}

Error ofAnother(const std::string& file, const std::string& found, const std::string& wanted) {
    return {"U30",
            fmt::format("'{}' was measured on {}, this is {}", printable(file),
                        printable(found, 120), wanted),
            {{}, {}, file, 0},
            estimatesInstead,
            "Measure the kernels again on this machine."};
}

Result<void> readWays(const Json& value, MeasuredWays& table) {
    auto object = JsonObject::of(value, "operators");
    if (!object) return object.error();
    const auto question = object->text("operator");
    if (!question) return question.error();
    const auto seconds = object->need("seconds");
    if (!seconds) return seconds.error();
    if (!(*seconds)->is_object())
        return Error{"P01", "'operators.seconds' is no object", {}, {}, {}};
    for (const auto& [way, number] : (*seconds)->items()) {
        const double taken = number.is_number() ? number.get<double>() : 0;
        if (!std::isfinite(taken) || taken <= 0)
            return Error{"P01", fmt::format("'{}' took no time", printable(way, 60)), {}, {}, {}};
        table.questions[*question][way] = taken;
    }
    return object->finish();
}

struct Table {
    std::string machine;
    MeasuredWays ways = {};
};

Result<Table> readTable(std::string_view text) {
    const auto json = readJson(text, {.members = 1000, .entries = {{"operators", 100'000}}});
    if (!json) return json.error();
    auto object = JsonObject::of(*json, "the table");
    if (!object) return object.error();
    const auto format = object->text("format"), processor = object->text("processor"),
               engine = object->text("engine");
    for (const auto* word : {&format, &processor, &engine})
        if (!*word) return word->error();
    const Json* const version = object->find("version");
    if (*format != formatName || !version || *version != formatVersion)
        return Error{"P01", "it is no table of this version", {}, {}, {}};
    Table table{.machine = fmt::format("{}, {}", *processor, *engine)};
    const Json* const threads = object->find("threads");
    if (!threads || !threads->is_number_integer() || threads->get<int64_t>() < 1 ||
        threads->get<int64_t>() > threadsSetting.maximum)
        return Error{"P01", "'threads' is no number of threads", {}, {}, {}};
    table.ways.threads = threads->get<int>();
    const auto operators = object->need("operators");
    if (!operators) return operators.error();
    if (!(*operators)->is_array()) return Error{"P01", "'operators' is no list", {}, {}, {}};
    for (const Json& entry : **operators) VITRINE_TRY(readWays(entry, table.ways));
    return table;
}

std::string namesOf(const Tape& tape) {
    std::string names;
    for (const TapeEntry& entry : tape.entries) names += entry.kernel.name + "\n";
    return names;
}

}  // namespace

std::string tuneFileOf(const std::string& projectFile) {
    return projectFile.empty() ? projectFile
                               : fs::path(projectFile).replace_extension(".tune.json").string();
}

Result<void> saveTuning(const MeasuredWays& ways, const std::string& projectFile) {
    Json json{{"format", formatName},
              {"version", formatVersion},
              {"program", fmt::format("vitrine {}", programVersion())},
              {"processor", processorName()},
              {"engine", engineText()},
              {"threads", ways.threads},
              {"operators", Json::array()}};
    for (const auto& [question, times] : ways.questions)
        json["operators"].push_back({{"operator", question}, {"seconds", times}});
    return saveAtomically(tuneFileOf(projectFile), json.dump(1) + "\n");
}

std::shared_ptr<const MeasuredWays> measuredFor(const std::string& projectFile,
                                                std::optional<Error>* whyNot) {
    const std::string file = tuneFileOf(projectFile);
    std::error_code ignored;
    if (file.empty() || !fs::exists(file, ignored)) return nullptr;
    const auto refuse = [&](Error error) {
        if (whyNot) *whyNot = std::move(error);
        return nullptr;
    };
    const auto bytes = readFile(file, {.bytes = largestFile});
    if (!bytes) {
        Error error = bytes.error();
        error.kept = estimatesInstead;
        return refuse(std::move(error));
    }
    auto table = readTable({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!table) return refuse(damaged(file, table.error().message));
    const std::string here = fmt::format("{}, {}", processorName(), engineText());
    if (table->machine != here) return refuse(ofAnother(file, table->machine, here));
    return std::make_shared<const MeasuredWays>(std::move(table->ways));
}

Result<std::string> tunedMark(const Graph& graph, const ModelOptions& options) {
    if (!options.tape.measured) return std::string();
    TapeOptions measured = options.tape;
    measured.recompute = Recompute::None;
    measured.madeAgain.clear();
    TapeOptions estimated = measured;
    estimated.measured = nullptr;
    std::string tuned, usual;
    for (const Mode mode : {Mode::Train, Mode::Evaluate}) {
        auto program = buildProgram(graph, {mode, options.batch}, options);
        if (!program) return program.error();
        StateLayout states;
        states.add(*program);
        tuned += namesOf(compileTape(*program, states, measured));
        usual += namesOf(compileTape(std::move(program).value(), states, estimated));
    }
    if (tuned == usual) return std::string();
    return "/tuned-" + sha256Hex(std::as_bytes(std::span(tuned))).substr(0, 8);
}

}  // namespace vitrine
