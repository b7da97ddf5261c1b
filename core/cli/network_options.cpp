// SPDX-License-Identifier: Apache-2.0
// Opens a network by the words of a command line, and puts away what came of it.
#include "core/cli/network_options.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/cli/size_words.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/io/model_marks.h"
#include "core/io/settings.h"
#include "core/onnx/onnx_content.h"
#include "core/session/input_files.h"
#include "core/session/model_network.h"
#include "core/session/picture_input.h"
#include "core/session/project_sizes.h"
#include "core/session/weights_project.h"

namespace vitrine::cli {

namespace fs = std::filesystem;

namespace {

bool isArchive(const std::string& path) { return path.ends_with(".npz"); }

/// Whether some parameter has no numbers but those that it starts with.
bool hasFreshWeights(const ForeignNetwork& network) {
    const TrainedPart part(network.project.graph, {.batch = 1});
    for (const NodeShapes& shapes : part.shapes().nodes)
        for (const NodeParameter& parameter : shapes.parameters) {
            const Parameter* object = part.graph().findParameter(parameter.id);
            if (!object || !object->data) return true;
        }
    return false;
}

/// One number for all channels of the pictures, or one for each.
Result<void> checkChannels(const Project& project) {
    const Normalisation& of = project.data.normalisation;
    for (const Node& node : project.graph.nodes()) {
        if (!isInput(node) || isClassInput(node) || scalingOf(node) != Scaling::Normalised)
            continue;
        const std::vector<int64_t>& shape = node.attrs.list("shape");
        for (const auto& [what, numbers] :
             {std::pair("means", &of.mean), {"deviations", &of.std}}) {
            const size_t count = numbers->numbers().size();
            if (count <= 1 || shape.empty() || static_cast<int64_t>(count) == shape[0]) continue;
            return Error{"U20",
                         fmt::format("{} {} for pictures of {} channels", count, what, shape[0]),
                         {},
                         "Nothing was computed.",
                         "Give one number, or one for each channel."};
        }
    }
    return {};
}

Error isFilled(const std::string& input) {
    return {"U29",
            fmt::format("'{}' has its numbers in the model's file, which are used: an array for it "
                        "is not taken",
                        printable(input, 60)),
            {},
            "Nothing was computed.",
            "Leave the array out, or change the numbers in the file."};
}

/// Networks of others mostly want what they were trained with, and their files seldom say it.
void warnOfPlainPixels(const ForeignNetwork& network) {
    for (const NetworkEnd& end : network.inputs) {
        const Node* node = network.project.graph.find(end.node);
        const bool isColour = node && node->op == &inputNode &&
                              scalingOf(*node) == Scaling::Normalised &&
                              node->attrs.list("shape").front() == 3;
        if (!isColour) continue;
        std::fprintf(
            stderr,
            "pixels go into '%s' from 0 to 1; most networks of colour pictures were trained "
            "with --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225, which a project that "
            "is made of this one takes\n",
            printable(end.name, 60).c_str());
    }
}

void warnOfFreshWeights() {
    const Error warning{"U21",
                        "no weights were named: the network has those that a training starts with",
                        {},
                        "They are used all the same.",
                        "Name the weights of a run with --weights."};
    std::fprintf(stderr, "%s\n", warning.text().c_str());
}

}  // namespace

void NetworkOptions::addNetwork(CLI::App& command) {
    command
        .add_option("MODEL", run.project,
                    "Folder of a project, or its .vitrine file; or an .onnx model")
        ->required();
    command.add_option("--weights", weights,
                       "weights.safetensors of a run, or a checkpoint; not needed where the model "
                       "has its numbers");
    command
        .add_option("--size", sizes,
                    "A size that a model leaves open; else it is that of the arrays, or of the "
                    "first picture. May be given several times")
        ->type_name("NAME=NUMBER");
    command.add_flag("--overwrite", overwrites, "Write over files that are there already");
    command.add_flag("--json", json, "JSON objects on standard output, one a line");
}

void NetworkOptions::add(CLI::App& command, const std::string& whatComesOut) {
    addNetwork(command);
    command
        .add_option("--input", inputs,
                    "[name=]x.npy for an input, .npz for all of them, or a picture. Pixels as "
                    "bytes (uint8) become what training makes of them, floats come in as they are. "
                    "May be given several times")
        ->type_name("[NAME=]FILE");
    command.add_option(
        "--mean", mean,
        "Of pictures and pixels, from 0 to 1: what is taken off them; one number, or "
        "0.485,0.456,0.406 for channels. The project's unless given; of a model what its "
        "metadata say, else 0");
    command.add_option("--std", deviation, "What they are divided by then; else 1");
    command.add_option(
        "--fit", fit,
        "What becomes of pictures of other sizes: stretch, letterbox, crop or refuse");
    command.add_option("--out", out,
                       whatComesOut + " A folder, which is made; or one file that ends with .npz");
    command.add_flag("--allow-nan", takesNaN, "Take and give arrays that hold what is no number");
    run.addWishes(command, command.get_option("--weights"));
    run.addNumerics(command);
}

/// A project that an import has left sizes open in takes others.
Result<ForeignNetwork> NetworkOptions::openProject(const ChosenExtents& chosen) const {
    auto project = loadProject(run.project);
    if (!project) return project.error();
    if (!weights.empty()) forgoUnreadStarts(project->graph);
    // What is wrong with an array is said when it is known what it is for.
    const auto arrays = readArrays(inputs);
    VITRINE_TRY(giveSizes(*project, chosen, arrays ? *arrays : std::vector<NamedTensor>()));
    const std::vector<Error> replaced =
        weights.empty() ? replacedModels(*project) : std::vector<Error>();
    auto network = networkOfProject(std::move(project).value());
    if (network)
        for (const Error& model : replaced) network->remarks.push_back(model.message);
    return network;
}

/// A model whose shapes follow from what it is asked with is opened for that.
Result<ForeignNetwork> NetworkOptions::openModel() const {
    const auto chosen = sizesFromWords(sizes);
    if (!chosen) return chosen.error();
    if (!isOnnxModel(run.project) && !run.project.ends_with(".onnx")) return openProject(*chosen);
    auto network = openNetwork(run.project, weights);
    if (inputs.empty() && sizes.empty())
        return network ? std::move(network) : said(network.error(), *chosen);
    const auto arrays = readArrays(inputs);
    if (!arrays) return network ? arrays.error() : network;
    const std::vector<NamedFile> pictures = pictureFiles(inputs);
    const bool isReady = network && sizes.empty() && takesArrays(*network, *arrays);
    if (isReady && (pictures.empty() || takesPictures(*network))) return network;
    auto bound =
        networkOfModel(run.project, {.arrays = *arrays, .pictures = pictures, .sizes = *chosen});
    // That an extent is open says nothing more, once something has said what it is.
    const bool saysMore = bound || network || network.error().code == "O18";
    if (bound || !saysMore) return saysMore ? std::move(bound) : std::move(network);
    return said(bound.error(), *chosen);
}

/// With what can be typed.
Error NetworkOptions::said(Error error, const ChosenExtents& chosen) const {
    if (!isOnnxModel(run.project)) return error;
    // Pictures come in any size, arrays in their own.
    if (error.code == "O17" && !pictureFiles(inputs).empty())
        error.next += " Sizes are typed as --size NAME=NUMBER.";
    return withSizeOptions(std::move(error), run.project, chosen);
}

Result<void> NetworkOptions::setPictures(DataSettings& data) const {
    for (const auto& [text, setting, numbers] :
         {std::tuple(&mean, &meanSetting, &data.normalisation.mean),
          std::tuple(&deviation, &stdSetting, &data.normalisation.std)}) {
        if (!*text) continue;
        auto read = perChannelFromText(*setting, **text);
        if (!read) return read.error();
        *numbers = std::move(read).value();
    }
    return fit ? setPictureFit(data, *fit) : Result<void>();
}

Result<std::vector<NamedTensor>> NetworkOptions::read(const ForeignNetwork& network,
                                                      std::span<const NetworkInput> taken) const {
    auto arrays = readInputFiles(inputs, taken,
                                 {.data = network.project.data,
                                  .takesNaN = takesNaN,
                                  .takesPixelArrays = !network.isForeign});
    if (!arrays) return arrays;
    // Shapes have followed from some, and others nothing takes.
    const auto isDone = [&](const NamedTensor& array) {
        const auto isOf = [&](const NetworkInput& input) { return input.wish.name == array.name; };
        return std::ranges::none_of(taken, isOf) &&
               std::ranges::count(network.declaredInputs, array.name) > 0;
    };
    for (const NamedTensor& array : *arrays)
        if (std::ranges::count(network.filledInputs, array.name) > 0) return isFilled(array.name);
    std::erase_if(*arrays, isDone);
    return arrays;
}

Result<void> NetworkOptions::checkOut(std::span<const std::string> names) const {
    if (out.empty() || overwrites) return {};
    if (isArchive(out)) return checkFree(out);
    for (const std::string& name : names) VITRINE_TRY(checkFree(placeOf(out, name)));
    return {};
}

Result<ForeignNetwork> NetworkOptions::openFile() const {
    const auto request = run.request();
    if (!request) return request.error();
    auto network = openModel();
    if (!network) return network.error();
    VITRINE_TRY(setPictures(network->project.data));
    VITRINE_TRY(checkChannels(network->project));
    for (const std::string& remark : network->remarks)
        std::fprintf(stderr, "%s\n", printable(remark, 500).c_str());
    if (request->seed) network->project.training.seed = *request->seed;
    if (weights.empty() && hasFreshWeights(*network)) warnOfFreshWeights();
    const bool arePlain = network->isForeign && !network->saysPixels && !mean && !deviation;
    if (arePlain && !pictureFiles(inputs).empty()) warnOfPlainPixels(*network);
    return network;
}

Result<std::unique_ptr<Inference>> NetworkOptions::open() const {
    auto network = openFile();
    if (!network) return network.error();
    const auto request = run.request();
    if (!request) return request.error();
    Inference::Options options{
        .threads = request->threads, .weights = weights, .wishes = run.weightWishes};
    options.floatType = request->precision == "fp64" ? DType::F64 : network->floatType;
    return Inference::create(std::move(network).value(), options);
}

Result<void> checkFree(const std::string& path) {
    std::error_code failure;
    if (!fs::exists(path, failure)) return {};
    Error error{"U10",
                fmt::format("'{}' is there already", printable(path)),
                {},
                "Nothing was written.",
                "Name another place with --out, or write over it with --overwrite."};
    error.place.file = path;
    return error;
}

std::string placeOf(const std::string& path, const std::string& tensor) {
    if (isArchive(path)) return path;
    return (fs::path(path) / (fileNameOf(tensor) + ".npy")).string();
}

Result<void> saveTensors(const std::string& path, const std::vector<NamedTensor>& tensors) {
    if (isArchive(path)) return saveNpz(path, tensors);
    std::error_code failure;
    fs::create_directories(path, failure);
    if (failure) return fileError({path, "make", "Nothing was saved."}, failure.value());
    for (const NamedTensor& tensor : tensors)
        VITRINE_TRY(saveNpy(placeOf(path, tensor.name), *tensor.data));
    return {};
}

}  // namespace vitrine::cli
