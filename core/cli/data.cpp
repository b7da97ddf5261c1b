// SPDX-License-Identifier: Apache-2.0
// vitrine-cli data: what is understood of data, before anything trains; and what data can be and
// what can happen to them.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/cli/commands.h"
#include "core/cli/field_text.h"
#include "core/cli/output.h"
#include "core/cli/run_options.h"
#include "core/cli/text.h"
#include "core/data/transform.h"
#include "core/io/project_data.h"
#include "core/session/data_choice.h"
#include "core/session/data_survey.h"

namespace vitrine::cli {

namespace {

using Json = nlohmann::ordered_json;

struct DataOptions {
    std::string path;
    std::optional<std::string> fields;
    bool quick = false, json = false, formats = false, transforms = false;
};

/// Of a registry: id, title, summary and fields.
template <class Descriptor>
void printAll(std::span<const Descriptor* const> all, std::string_view event, bool asJson) {
    for (const Descriptor* one : all) {
        if (asJson) {
            Json json{{"event", event}, {"id", one->id}, {"title", one->title}};
            json["summary"] = one->summary;
            json["fields"] = Json::array();
            for (const FieldSpec& field : one->fields) json["fields"].push_back(fieldJson(field));
            print(json.dump() + "\n");
            continue;
        }
        std::string out = fmt::format("{} — {}\n    {}\n", one->id, one->title, one->summary);
        for (const FieldSpec& field : one->fields) out += fieldHelp(field);
        print(out + "\n");
    }
}

/// The data of a project, or those that lie at the path.
Result<Project> projectOf(const DataOptions& options) {
    Project project;
    const bool isProject = [&] {
        std::error_code failure;
        const std::filesystem::path path(options.path);
        if (path.extension() == ".vitrine") return true;
        if (!std::filesystem::is_directory(path, failure)) return false;
        for (const auto& entry : std::filesystem::directory_iterator(path, failure))
            if (entry.path().extension() == ".vitrine") return true;
        return false;
    }();
    DataWishes wishes{.fields = options.fields};
    if (isProject) {
        auto loaded = loadProject(options.path);
        if (!loaded) return loaded.error();
        project = std::move(loaded).value();
    } else {
        auto found = dataIn(options.path, project);
        if (!found) return found.error();
        project.data = std::move(found).value();
    }
    VITRINE_TRY(apply(wishes, project));
    return project;
}

std::string shapeText(const Column& column) {
    return column.shape.rank() == 0 ? "one number" : column.shape.text();
}

std::string sizesText(const DataSurvey& survey) {
    constexpr size_t most = 5;
    std::string text;
    for (size_t i = 0; i < std::min(most, survey.sizes.size()); ++i) {
        const auto& [shape, count] = survey.sizes[i];
        text += fmt::format("{}{} × {} {} ({})", i == 0 ? "" : ", ", shape[1], shape[2],
                            shape[0] == 1 ? "grey" : "colour", countOf(count, "picture"));
    }
    if (survey.sizes.size() > most) text += fmt::format(" and {} more", survey.sizes.size() - most);
    if (!survey.sawAllSizes) text += ", of some that were looked at";
    return text;
}

/// `numbers   target: 0.5 to 21.3`, and of how many where that is not all.
std::string numbersText(const DataSurvey& survey, const NumberSurvey& numbers) {
    const int64_t all = survey.train + survey.test;
    return fmt::format(
        "numbers   {}: {}{}\n", printable(numbers.column, 60),
        numbers.hasFinite() ? fmt::format("{:.4g} to {:.4g}", numbers.smallest, numbers.largest)
                            : "none that is finite",
        numbers.lookedAt == all
            ? ""
            : fmt::format(", in {} of {} that were looked at", fmt::group_digits(numbers.lookedAt),
                          countOf(all, "example")));
}

void printSurvey(const Project& project, const DataSurvey& survey) {
    const DataFormatDescriptor& format = *findDataFormat(project.data.format);
    std::string out = fmt::format("format    {} ({})\n", format.title, format.id);
    for (const DataSettings::Field& field : project.data.fields)
        out += fmt::format("          {} = {}\n", field.id, fieldText(field.value));
    out += fmt::format("examples  {} for training, {} for testing\n",
                       fmt::group_digits(survey.train), fmt::group_digits(survey.test));
    for (const Column& column : survey.columns)
        out += fmt::format(
            "column    {}: {}, {}{}\n", printable(column.name, 60), name(column.dtype),
            shapeText(column),
            column.hasClasses()
                ? fmt::format(", {}", countOf(std::ssize(column.classes), "class", "classes"))
                : "");
    if (!survey.sizes.empty()) out += fmt::format("files     {}\n", sizesText(survey));
    for (const NumberSurvey& numbers : survey.numbers) out += numbersText(survey, numbers);
    if (survey.doubled >= 0)
        out += fmt::format("doubled   {} in the training part too\n",
                           countOf(survey.doubled, "test example"));
    print(out);
    if (survey.classes.empty()) return;
    Table table({{survey.classColumn}, {"training", true}, {"test", true}, {"weight", true}});
    const std::vector<double> weights = balancingWeights(survey.classes);
    for (size_t i = 0; i < survey.classes.size(); ++i)
        table.add({printable(survey.classes[i].name, 60),
                   fmt::format("{}", fmt::group_digits(survey.classes[i].train)),
                   fmt::format("{}", fmt::group_digits(survey.classes[i].test)),
                   fmt::format("{:.3g}", weights[i])});
    print("\n" + table.text());
}

void printJson(const Project& project, const DataSurvey& survey) {
    Json json{{"event", "data"},           {"format", project.data.format},
              {"train", survey.train},     {"test", survey.test},
              {"columns", Json::array()},  {"classes", Json::array()},
              {"sizes", Json::array()},    {"numbers", Json::array()},
              {"doubled", survey.doubled}, {"contradicting", survey.contradicting},
              {"remarks", Json::array()}};
    for (const Column& column : survey.columns)
        json["columns"].push_back({{"name", printable(column.name)},
                                   {"dtype", name(column.dtype)},
                                   {"shape", std::vector<int64_t>(column.shape.dims().begin(),
                                                                  column.shape.dims().end())},
                                   {"classes", column.classes.size()}});
    for (const auto& [name, train, test] : survey.classes)
        json["classes"].push_back({{"name", printable(name)}, {"train", train}, {"test", test}});
    for (const auto& [shape, count] : survey.sizes)
        json["sizes"].push_back(
            {{"channels", shape[0]}, {"height", shape[1]}, {"width", shape[2]}, {"count", count}});
    for (const NumberSurvey& numbers : survey.numbers)
        json["numbers"].push_back({{"column", printable(numbers.column)},
                                   {"smallest", numbers.smallest},
                                   {"largest", numbers.largest},
                                   {"looked_at", numbers.lookedAt},
                                   {"not_finite", numbers.notFinite}});
    for (const Error& remark : survey.remarks)
        json["remarks"].push_back({{"code", remark.code}, {"message", remark.message}});
    print(json.dump() + "\n");
}

Result<void> show(const DataOptions& options) {
    auto project = projectOf(options);
    if (!project) return project.error();
    const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const bool tells = isatty(STDERR_FILENO) && !options.json;
    const auto progress = [tells](std::string_view what) {
        return [tells, what](double share) {
            if (tells)
                std::fputs(fmt::format("\r\033[K{} {:.0f} %", what, 100 * share).c_str(), stderr);
        };
    };
    const auto data = openRawData(*project, {.seed = static_cast<uint64_t>(project->training.seed),
                                             .threads = threads,
                                             .progress = progress("reading the data")});
    if (!data) return data.error();
    const auto survey = surveyOf(*data, {.looksAtAll = !options.quick,
                                         .threads = threads,
                                         .progress = progress("looking at the data")});
    if (tells) std::fputs("\r\033[K", stderr);
    if (!survey) return survey.error();
    if (options.json) {
        printJson(*project, *survey);
        return {};
    }
    printSurvey(*project, *survey);
    for (const Error& remark : survey->remarks) showWarning(remark);
    return {};
}

Result<int> run(const DataOptions& options) {
    if (options.formats) printAll(allDataFormats(), "data_format", options.json);
    if (options.transforms) printAll(allTransforms(), "transform", options.json);
    if (options.formats || options.transforms) return done;
    if (options.path.empty())
        return Error{"L01",
                     "data needs a PATH, --formats or --transforms",
                     {},
                     "Nothing was done.",
                     "Name a folder or file of data, or a project."};
    const Result<void> shown = show(options);
    return statusOf(shown);
}

}  // namespace

void addData(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "data", "Tell what is understood of a folder or file of data, before anything trains");
    auto options = std::make_shared<DataOptions>();
    command->add_option("PATH", options->path, "Folder or file of data, or a project");
    command->add_option("--data-fields", options->fields,
                        "How they are read: \"height=64 width=64 fit=crop\"");
    command->add_flag("--quick", options->quick,
                      "Look at a few pictures only, and for no doubled ones");
    command->add_flag("--formats", options->formats, "List what data can be, with the fields");
    command->add_flag("--transforms", options->transforms,
                      "List what can happen to images on their way to the network");
    command->add_flag("--json", options->json, "JSON objects, one a line");
    command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace vitrine::cli
