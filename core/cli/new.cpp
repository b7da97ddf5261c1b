// SPDX-License-Identifier: Apache-2.0
// vitrine-cli new: a project from a template, in a folder of its own.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/nearest_word.h"
#include "core/cli/commands.h"
#include "core/cli/text.h"
#include "core/io/project_data.h"
#include "core/session/channel_statistics.h"
#include "core/session/data_check.h"
#include "core/session/data_choice.h"
#include "core/session/data_survey.h"
#include "core/session/data_wishes.h"
#include "core/session/network_fit.h"
#include "core/session/new_project.h"

namespace vitrine::cli {

namespace fs = std::filesystem;

namespace {

struct NewCommand {
    std::string network, folder, data;
    std::vector<std::string> fields;
    std::optional<std::string> dataFields;
};

Error wrongWord(std::string code, std::string message, std::string next) {
    return {std::move(code), std::move(message), {}, "Nothing was written.", std::move(next)};
}

Result<const TemplateDescriptor*> chosenTemplate(const std::string& id) {
    if (const TemplateDescriptor* found = findTemplate(id)) return found;
    std::vector<std::string_view> known;
    for (const TemplateDescriptor* of : allTemplates()) known.push_back(of->id);
    return wrongWord(
        "U10", fmt::format("there is no template '{}'{}", printable(id, 60), didYouMean(id, known)),
        "vitrine-cli templates lists them.");
}

/// `classes=10`. Errors: "U10" where it is no such word; "P11".
Result<void> setField(Attrs& attrs, const std::string& word) {
    const size_t sign = word.find('=');
    if (sign == std::string::npos)
        return wrongWord("U10", fmt::format("--set '{}' is no FIELD=VALUE", printable(word, 60)),
                         "Write for instance --set classes=10.");
    const std::string id = word.substr(0, sign);
    for (const FieldSpec& spec : attrs.specs()) {
        if (spec.id != id) continue;
        Result<FieldValue> value = fieldFromText(spec, word.substr(sign + 1));
        return value ? attrs.set(id, std::move(value).value()) : value.error();
    }
    return attrs.set(id, std::string());  // tells which there are
}

Error untouched(Error error) {
    if (error.kept.empty()) error.kept = "Nothing was written.";
    if (error.next.empty()) error.next = "vitrine-cli templates lists fields with their ranges.";
    return error;
}

/// `folder`/`name of the folder`.vitrine. Errors: "U10" where the folder holds something, "G12".
Result<std::string> fileIn(const std::string& folder) {
    std::error_code trouble;
    const fs::path path = fs::absolute(folder, trouble).lexically_normal();
    const std::string name =
        projectNameFor((path.has_filename() ? path : path.parent_path()).filename().string());
    if (fs::exists(path, trouble) &&
        (!fs::is_directory(path, trouble) || !fs::is_empty(path, trouble)))
        return wrongWord(
            "U10", fmt::format("'{}' is there already, and no empty folder", printable(folder)),
            "Name another folder with --out.");
    fs::create_directories(path, trouble);
    if (trouble)
        return wrongWord(
            "G12",
            fmt::format("folder '{}' cannot be made: {}", printable(folder), trouble.message()),
            "Name another folder with --out.");
    return (path / (name + ".vitrine")).string();
}

/// The data that were named, from where the command was given; none: no settings.
struct NamedData {
    std::string folder = {};  ///< absolute
    std::vector<Column> columns = {};
    std::optional<Normalisation> normalisation = {};  ///< of the training images; none: no images
    std::optional<Dataset> data = {};
};

/// Settings for what lies in a folder, as the command wants it read.
Result<DataSettings> settingsFor(const std::string& folder, const NewCommand& options,
                                 Project project) {
    Result<DataSettings> settings = dataIn(folder, project);
    if (!settings) return settings.error();
    project.data = std::move(settings).value();
    VITRINE_TRY(apply(DataWishes{.fields = options.dataFields}, project));
    return std::move(project.data);
}

Result<NamedData> namedData(const NewCommand& options) {
    if (options.data.empty()) return NamedData{};
    // The project lies elsewhere: it names the folder from there.
    std::error_code ignored;
    NamedData named{fs::absolute(options.data, ignored).lexically_normal().string()};
    Project project;
    Result<DataSettings> settings = settingsFor(named.folder, options, project);
    if (!settings) return untouched(settings.error());
    project.data = std::move(settings).value();
    const Result<Dataset> data = openRawData(project, {.folder = named.folder});
    if (!data) return untouched(data.error());
    named.columns = data->columns;
    if (const auto measured = measuredNormalisation(*data, project.data))
        named.normalisation = rounded(*measured);
    named.data = *data;
    return named;
}

/// What is set by hand stands; channels, sizes and classes are those of the data.
Result<Project> madeProject(const NewCommand& options, const NamedData& data) {
    const auto network = chosenTemplate(options.network);
    if (!network) return network.error();
    Attrs attrs = fieldsFor(Attrs((*network)->fields), data.columns);
    for (const std::string& word : options.fields)
        if (const Result<void> set = setField(attrs, word); !set) return untouched(set.error());
    Result<Project> project = projectOf(**network, attrs);
    if (!project) return untouched(project.error());
    // What fields do not say: names of columns, masks of class numbers.
    static_cast<void>(perform(project->graph, columnEdits(project->graph, data.columns)));
    return project;
}

Result<void> writeProject(const NewCommand& options, const NamedData& data, Project& project) {
    const Result<std::string> file =
        fileIn(options.folder.empty() ? options.network : options.folder);
    if (!file) return file.error();
    project.file = *file;
    project.name = projectNameFor(fs::path(*file).stem().string());
    if (!data.folder.empty()) {
        Result<DataSettings> settings = settingsFor(data.folder, options, project);
        if (!settings) return settings.error();
        project.data = std::move(settings).value();
        if (data.normalisation) project.data.normalisation = *data.normalisation;
        project.training.batch =
            std::clamp(data.data->train.count, int64_t{1}, project.training.batch);
    }
    return saveProject(project, *file);
}

/// Why the network cannot learn from the data that were named; nothing: it can.
std::optional<Error> misfit(const Project& project, const NamedData& named) {
    if (!named.data) return {};
    if (const Result<void> fits = checkDataFit(project.graph, *named.data); !fits) {
        Error error = fits.error();
        error.kept = "The project was written all the same.";
        return error;
    }
    const auto survey = surveyOf(*named.data, {.looksAtAll = false});
    if (survey)
        for (const Error& remark : survey->remarks)
            if (remark.code == "M09") return remark;
    return {};
}

void tell(const Project& project, const NetworkFacts& facts, const NamedData& data) {
    print(fmt::format("{}: {} nodes, {} parameters; a step of {} takes {}.\n",
                      shellWord(project.file), facts.nodes,
                      countText(static_cast<double>(facts.parameters)), facts.batch,
                      bytesText(static_cast<double>(facts.stepBytes))));
    for (const std::string& output : facts.outputs) print(fmt::format("It gives {}.\n", output));
    if (const auto error = misfit(project, data)) return showWarning(*error);
    print(project.data.format.empty()
              ? "No data are chosen yet: name a folder with --data, or choose it in the window.\n"
              : fmt::format("Train it: vitrine-cli train {}\n", shellWord(project.file)));
}

Result<int> makeNew(const NewCommand& options) {
    const Result<NamedData> data = namedData(options);
    if (!data) return data.error();
    Result<Project> project = madeProject(options, *data);
    if (!project) return project.error();
    const Result<NetworkFacts> facts = networkFacts(*project);
    if (!facts) return untouched(facts.error());
    VITRINE_TRY(writeProject(options, *data, *project));
    tell(*project, *facts, *data);
    return done;
}

}  // namespace

void addNew(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand("new", "Write a project from a template");
    auto options = std::make_shared<NewCommand>();
    command->add_option("--template", options->network, "Network to write; templates lists them")
        ->required();
    command->add_option("--set", options->fields, "FIELD=VALUE of the template, as often as needed")
        ->take_all()
        ->expected(1);
    command->add_option("-o,--out", options->folder,
                        "Folder to make, or an empty one; called after the template unless given");
    command->add_option(
        "--data", options->data,
        "Folder or file of the data that it learns from; the network is made for them");
    command->add_option("--data-fields", options->dataFields,
                        "How they are read: \"height=64 width=64 fit=crop\"");
    command->callback([options, &action] { action = [options] { return makeNew(*options); }; });
}

}  // namespace vitrine::cli
