// SPDX-License-Identifier: Apache-2.0
// vitrine-cli hvp: the Hessian of a loss by all weights, times a vector.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "core/base/file.h"
#include "core/base/rng.h"
#include "core/cli/commands.h"
#include "core/cli/derivative_options.h"
#include "core/data/arrays/tensor_file.h"
#include "core/io/settings.h"
#include "core/session/input_files.h"
#include "core/tensor/element.h"

namespace vitrine::cli {

namespace {

constexpr std::string_view drawn = "random", ones = "ones";

struct HvpCommand {
    DerivativeOptions derivative;
    std::string vector;
};

/// A direction for every weight: ones, or normal numbers that follow from the seed.
std::vector<NamedTensor> madeVector(const Differentiation& network, bool isDrawn) {
    Rng rng(static_cast<uint64_t>(network.network().project.training.seed), RngStream::Test);
    std::vector<NamedTensor> vector;
    for (const WeightType& weight : network.weights()) {
        std::vector<double> numbers(static_cast<size_t>(weight.shape.elements()), 1.0);
        for (double& number : numbers)
            if (isDrawn) number = rng.normal();
        const auto bytes = std::as_bytes(std::span(numbers));
        vector.push_back(
            {weight.name, TensorData::of(DType::F64, weight.shape, {bytes.begin(), bytes.end()})});
    }
    return vector;
}

Error noVector(const std::string& path) {
    Error error{"U29",
                fmt::format("'{}' has a direction for no weight of the network", printable(path)),
                {},
                "Nothing was computed.",
                "Give a folder with files that are called as grad calls them, or ones, or random."};
    error.place.file = path;
    return error;
}

/// Files of a folder or an archive, called as gradients are.
Result<std::vector<NamedTensor>> readVector(const std::string& path, const Differentiation& network,
                                            bool takesNaN) {
    std::vector<NamedTensor> vector;
    const bool isFolder = std::filesystem::is_directory(path);
    std::vector<NamedTensor> all;
    if (!isFolder) {
        auto read = readTensors(path);
        if (!read) return read.error();
        all = std::move(read).value();
    }
    for (const WeightType& weight : network.weights()) {
        const std::string file = placeOf(path, weight.name);
        if (isFolder && std::filesystem::exists(file)) {
            auto read = readTensors(file);
            if (!read) return read.error();
            vector.push_back({weight.name, read->front().data});
        }
        for (const NamedTensor& array : all)
            if (array.name == weight.name) vector.push_back(array);
    }
    if (vector.empty()) return noVector(path);
    for (const NamedTensor& array : vector)
        if (!takesNaN) VITRINE_TRY(checkNumbers(array, path));
    return vector;
}

Result<int> hvp(const HvpCommand& options) {
    const auto network = options.derivative.open();
    if (!network) return network.error();
    VITRINE_TRY(options.derivative.checkOut(*network));
    auto inputs = options.derivative.readInputs(*network);
    if (!inputs) return inputs.error();
    auto targets = options.derivative.readTargets(*network);
    if (!targets) return targets.error();
    const bool isMade = options.vector == drawn || options.vector == ones;
    const auto vector =
        isMade ? madeVector(*network, options.vector == drawn)
               : readVector(options.vector, *network, options.derivative.network.takesNaN);
    if (!vector) return vector.error();
    const auto found =
        network->products(std::move(inputs).value(), std::move(targets).value(), *vector);
    if (!found) return found.error();
    return showDerivatives(options.derivative, *found, "products");
}

}  // namespace

void addHvp(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand(
        "hvp", "The Hessian of a loss by all weights times a vector, exact, one array a weight");
    auto options = std::make_shared<HvpCommand>();
    options->derivative.add(*command, "Where products go, each as .npy called after its weight.");
    command
        ->add_option("--vector", options->vector,
                     "Folder of directions, called as grad calls gradients; a weight without a "
                     "file has zeros. Or ones, or random, which follows from the seed")
        ->required();
    command->callback([options, &action] { action = [options] { return hvp(*options); }; });
}

}  // namespace vitrine::cli
