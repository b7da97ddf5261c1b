// SPDX-License-Identifier: Apache-2.0
// Writing and reading the table, and what it changes.
#include "core/session/tune_table.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <vector>

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
/// Version 1 was one table, which did not say of which batch.
constexpr int64_t formatVersion = 2, oldestVersion = 1, largestFile = 64 << 20;
constexpr size_t mostTables = 100;
constexpr int64_t anyBatch = 0;
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
    int64_t batch = anyBatch;
    MeasuredWays ways = {};
};

/// All that a file holds.
struct Tables {
    std::string machine;
    std::vector<Table> list = {};

    const MeasuredWays* find(int64_t batch) const {
        const auto found = std::ranges::find(list, batch, &Table::batch);
        return found == list.end() ? nullptr : &found->ways;
    }
};

Result<int64_t> wholeNumber(JsonObject& object, const char* key, int64_t least, int64_t most,
                            const char* what) {
    const Json* const number = object.find(key);
    if (number && number->is_number_integer())
        if (const auto found = number->get<int64_t>(); found >= least && found <= most)
            return found;
    return Error{"P01", fmt::format("'{}' is no number of {}", key, what), {}, {}, {}};
}

/// `threads` and `operators` of a table, or of a file that is one.
Result<void> readMeasured(JsonObject& object, MeasuredWays& table) {
    const auto threads = wholeNumber(object, "threads", 1, threadsSetting.maximum, "threads");
    if (!threads) return threads.error();
    table.threads = static_cast<int>(*threads);
    const auto operators = object.need("operators");
    if (!operators) return operators.error();
    if (!(*operators)->is_array()) return Error{"P01", "'operators' is no list", {}, {}, {}};
    for (const Json& entry : **operators) VITRINE_TRY(readWays(entry, table));
    return {};
}

Result<Table> readOfBatch(const Json& value) {
    auto object = JsonObject::of(value, "tables");
    if (!object) return object.error();
    const auto batch = wholeNumber(*object, "batch", anyBatch, batchSetting.maximum, "examples");
    if (!batch) return batch.error();
    Table table{.batch = *batch};
    VITRINE_TRY(readMeasured(*object, table.ways));
    VITRINE_TRY(object->finish());
    return table;
}

Result<void> readAll(JsonObject& object, int64_t version, Tables& tables) {
    if (version == oldestVersion) return readMeasured(object, tables.list.emplace_back().ways);
    const auto list = object.need("tables");
    if (!list) return list.error();
    if (!(*list)->is_array()) return Error{"P01", "'tables' is no list", {}, {}, {}};
    for (const Json& entry : **list) {
        auto table = readOfBatch(entry);
        if (!table) return table.error();
        tables.list.push_back(std::move(table).value());
    }
    return {};
}

Result<Tables> readTables(std::string_view text) {
    const auto json = readJson(
        text, {.members = 1000, .entries = {{"operators", 100'000}, {"tables", mostTables}}});
    if (!json) return json.error();
    auto object = JsonObject::of(*json, "the file");
    if (!object) return object.error();
    const auto format = object->text("format"), processor = object->text("processor"),
               engine = object->text("engine");
    for (const auto* word : {&format, &processor, &engine})
        if (!*word) return word->error();
    const auto version = wholeNumber(*object, "version", oldestVersion, formatVersion, "a version");
    if (*format != formatName || !version)
        return Error{"P01", "it is no table of this version", {}, {}, {}};
    Tables tables{.machine = fmt::format("{}, {}", *processor, *engine)};
    VITRINE_TRY(readAll(*object, *version, tables));
    return tables;
}

/// Nothing where there is no file.
Result<std::optional<Tables>> tablesOf(const std::string& projectFile) {
    const std::string file = tuneFileOf(projectFile);
    std::error_code ignored;
    if (file.empty() || !fs::exists(file, ignored)) return std::optional<Tables>();
    const auto bytes = readFile(file, {.bytes = largestFile});
    if (!bytes) {
        Error error = bytes.error();
        error.kept = estimatesInstead;
        return error;
    }
    auto tables = readTables({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!tables) return damaged(file, tables.error().message);
    const std::string here = fmt::format("{}, {}", processorName(), engineText());
    if (tables->machine != here) return ofAnother(file, tables->machine, here);
    return std::optional(std::move(tables).value());
}

/// The newest is the first, and an old one too many goes.
std::vector<Table> withOthers(Table table, const std::string& projectFile) {
    const int64_t batch = table.batch;
    std::vector<Table> all{std::move(table)};
    if (auto there = tablesOf(projectFile); there && *there)
        for (Table& other : (*there)->list)
            if (other.batch != batch && all.size() < mostTables) all.push_back(std::move(other));
    return all;
}

Json jsonOf(const Table& table) {
    Json json{
        {"batch", table.batch}, {"threads", table.ways.threads}, {"operators", Json::array()}};
    for (const auto& [question, times] : table.ways.questions)
        json["operators"].push_back({{"operator", question}, {"seconds", times}});
    return json;
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

Result<void> saveTuning(const MeasuredWays& ways, int64_t batch, const std::string& projectFile) {
    Json json{{"format", formatName},
              {"version", formatVersion},
              {"program", fmt::format("vitrine {}", programVersion())},
              {"processor", processorName()},
              {"engine", engineText()},
              {"tables", Json::array()}};
    for (const Table& table : withOthers({batch, ways}, projectFile))
        json["tables"].push_back(jsonOf(table));
    return saveAtomically(tuneFileOf(projectFile), json.dump(1) + "\n");
}

std::shared_ptr<const MeasuredWays> measuredFor(const std::string& projectFile, int64_t batch,
                                                std::optional<Error>* whyNot) {
    const auto tables = tablesOf(projectFile);
    if (!tables && whyNot) *whyNot = tables.error();
    if (!tables || !*tables) return nullptr;
    const MeasuredWays* found = (*tables)->find(batch);
    if (!found) found = (*tables)->find(anyBatch);
    return found ? std::make_shared<const MeasuredWays>(*found) : nullptr;
}

std::optional<Error> whyNotMeasured(const std::string& projectFile) {
    const auto tables = tablesOf(projectFile);
    if (tables) return {};
    return tables.error();
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
