// SPDX-License-Identifier: Apache-2.0
// Words of a command line become a request, what came of it becomes files and a table.
#include "core/cli/derivative_options.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include <fmt/format.h>

#include "core/cli/commands.h"
#include "core/cli/text.h"
#include "core/data/arrays/tensor_file.h"
#include "core/opdef/registry.h"
#include "core/session/chosen_text.h"
#include "core/session/input_files.h"
#include "core/tensor/element.h"

namespace vitrine::cli {

namespace {

using nlohmann::ordered_json;

std::vector<const OpDescriptor*> losses() {
    std::vector<const OpDescriptor*> found;
    for (const OpDescriptor* op : allOperators())
        if (op->kind == NodeKind::Loss) found.push_back(op);
    return found;
}

double normOf(const TensorData& tensor) {
    double sum = 0;
    for (int64_t i = 0; i < tensor.shape.elements(); ++i) {
        const double element = readElement(tensor.bytes.data(), tensor.dtype, i);
        sum += element * element;
    }
    return std::sqrt(sum);
}

std::string gradientOf(const std::string& input) { return "grad_" + input; }

/// What is saved: weights by their names, inputs as `grad_<input>`. "U29" where two files would be
/// one.
Result<std::vector<NamedTensor>> filesOf(const Derivatives& found) {
    std::vector<NamedTensor> files = found.weights;
    for (const NamedTensor& input : found.inputs)
        files.push_back({gradientOf(input.name), input.data});
    std::set<std::string> names;
    for (const NamedTensor& file : files)
        if (!names.insert(file.name).second)
            return Error{
                "U29",
                fmt::format("'{}' is a weight's name and that of an input's gradient", file.name),
                {},
                "Nothing was saved.",
                "Rename the weight or the input."};
    return files;
}

void showTable(const Derivatives& found, const std::vector<NamedTensor>& files,
               const std::string& out, std::string_view what) {
    Table table({{"name"}, {"shape"}, {"norm", true}});
    for (const NamedTensor& file : files)
        table.add({file.name, file.data->shape.text(), fmt::format("{:.9g}", normOf(*file.data))});
    print(fmt::format("{}\nloss {:.17g}\n", table.text(), found.loss));
    if (!out.empty()) print(fmt::format("{} {} saved in {}\n", files.size(), what, shellWord(out)));
}

void showJson(const Derivatives& found, const std::vector<NamedTensor>& files,
              const std::string& out) {
    print(ordered_json{{"event", "loss"}, {"loss", found.loss}}.dump() + "\n");
    for (const NamedTensor& file : files) {
        const double norm = normOf(*file.data);
        ordered_json json{{"event", "tensor"},
                          {"name", file.name},
                          {"shape", file.data->shape.dims()},
                          {"norm", std::isfinite(norm) ? ordered_json(norm) : ordered_json()}};
        if (!out.empty()) json["file"] = placeOf(out, file.name);
        print(json.dump() + "\n");
    }
}

}  // namespace

void DerivativeOptions::add(CLI::App& command, const std::string& whatComesOut) {
    network.add(command, whatComesOut);
    command
        .add_option("--target", targets,
                    "[name=]y.npy: what the loss compares with, class numbers or numbers. May be "
                    "given several times")
        ->type_name("[NAME=]FILE");
    command.add_option("--loss", loss,
                       "A loss of the palette and its fields: mse, \"cross_entropy "
                       "label_smoothing=0.1\"; the project's own unless given");
    command.add_option("--output", output, "Which output the loss takes; the first unless given");
    command.add_flag("--train-mode", trains,
                     "As in training: dropout drops, batch norms take the batch's statistics");
}

Result<Differentiation> DerivativeOptions::open() const {
    const auto request = network.run.request();
    if (!request) return request.error();
    DerivativeRequest wanted{.output = output,
                             .training = trains,
                             .threads = request->threads,
                             .weights = network.weights,
                             .wishes = network.run.weightWishes};
    if (!loss.empty()) {
        const std::vector<const OpDescriptor*> all = losses();
        auto chosen = chosenFromText<OpDescriptor>("loss", loss, all);
        if (!chosen) return chosen.error();
        wanted.loss = std::move(chosen).value();
    }
    auto opened = network.openFile();
    if (!opened) return opened.error();
    wanted.floatType = request->precision == "fp64" ? DType::F64 : opened->floatType;
    return Differentiation::create(std::move(opened).value(), std::move(wanted));
}

Result<void> DerivativeOptions::checkOut(const Differentiation& differentiation) const {
    std::vector<std::string> names;
    for (const WeightType& weight : differentiation.weights()) names.push_back(weight.name);
    for (const NetworkInput& input : differentiation.inputs())
        names.push_back(gradientOf(input.wish.name));
    return network.checkOut(names);
}

Result<std::vector<NamedTensor>> DerivativeOptions::readInputs(
    const Differentiation& differentiation) const {
    return network.read(differentiation.network(), differentiation.inputs());
}

Result<std::vector<NamedTensor>> DerivativeOptions::readTargets(
    const Differentiation& differentiation) const {
    std::vector<NamedTensor> found;
    for (const std::string& word : targets) {
        const NamedFile file = namedFile(word);
        auto arrays = readTensors(file.path);
        if (!arrays) return arrays.error();
        for (NamedTensor& array : *arrays) {
            if (!network.takesNaN) VITRINE_TRY(checkNumbers(array, file.path));
            const bool isCalled = std::ranges::any_of(
                differentiation.targets(),
                [&](const NetworkInput& input) { return input.wish.name == array.name; });
            if (!file.name.empty())
                array.name = file.name;
            else if (!isCalled)
                array.name.clear();
            found.push_back(std::move(array));
        }
    }
    return found;
}

Result<int> showDerivatives(const DerivativeOptions& options, const Derivatives& found,
                            std::string_view what) {
    const auto files = filesOf(found);
    if (!files) return files.error();
    const std::string& out = options.network.out;
    if (!out.empty()) VITRINE_TRY(saveTensors(out, *files));
    if (options.network.json)
        showJson(found, *files, out);
    else
        showTable(found, *files, out, what);
    return done;
}

}  // namespace vitrine::cli
