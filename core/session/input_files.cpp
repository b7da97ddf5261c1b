// SPDX-License-Identifier: Apache-2.0
// Reads file after file and finds the input that it is for.
#include "core/session/input_files.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/data/arrays/tensor_file.h"
#include "core/session/picture_input.h"

namespace vitrine {

namespace {

class InputFiles {
  public:
    InputFiles(std::span<const NetworkInput> inputs, const InputFileRules& rules)
        : m_inputs(inputs), m_rules(rules) {}

    Result<void> read(const NamedFile& file) {
        return isPictureFile(file.path) ? readPicture(file) : readArrays(file);
    }

    std::vector<NamedTensor> arrays() {
        for (auto& [input, pictures] : m_pictures)
            m_arrays.push_back({m_inputs[input].wish.name, stacked(pictures)});
        return std::move(m_arrays);
    }

  private:
    const NetworkInput* inputCalled(const std::string& name) const {
        const auto found = std::ranges::find_if(m_inputs, [&](const NetworkInput& input) {
            return input.wish.name == name || fileNameOf(input.wish.name) == name;
        });
        return found == m_inputs.end() ? nullptr : &*found;
    }

    Result<void> readArrays(const NamedFile& file) {
        auto arrays = readTensors(file.path);
        if (!arrays) return arrays.error();
        const bool isOne = arrays->size() == 1;
        for (NamedTensor& array : *arrays) {
            if (!m_rules.takesNaN) VITRINE_TRY(checkNumbers(array, file.path));
            const NetworkInput* called = inputCalled(array.name);
            if (isOne && !file.name.empty())
                array.name = file.name;
            else if (called)
                array.name = called->wish.name;
            else if (isOne)
                array.name.clear();
            VITRINE_TRY(checkBytes(array));
            m_arrays.push_back(std::move(array));
        }
        return {};
    }

    /// Bytes are no floats where nobody says how they become some.
    Result<void> checkBytes(const NamedTensor& array) const {
        const NetworkInput* input =
            array.name.empty() ? &m_inputs.front() : inputCalled(array.name);
        const bool isMisfit = !m_rules.takesPixelArrays && array.data->dtype == DType::U8 &&
                              input && isFloat(input->wish.dtype) &&
                              !isPictureShape(input->wish.shape);
        if (!isMisfit) return {};
        return Error{"P13",
                     fmt::format("'{}' takes {}, the array is of u8", input->wish.name,
                                 name(input->wish.dtype)),
                     {},
                     "Nothing was computed.",
                     "Save the numbers that the model was trained with."};
    }

    Result<void> readPicture(const NamedFile& file) {
        const NetworkInput* input =
            file.name.empty() && m_inputs.size() == 1 ? &m_inputs.front() : inputCalled(file.name);
        if (!input)
            return Error{
                "U29",
                fmt::format("'{}' is a picture for no input of the network", printable(file.path)),
                {},
                "Nothing was computed.",
                "Name the picture after its input: name=file.png."};
        auto pixels = pictureInput(file.path, input->wish, m_rules.data);
        if (!pixels) return pixels.error();
        m_pictures[static_cast<size_t>(input - m_inputs.data())].push_back(*pixels);
        return {};
    }

    /// Pictures of one size, one behind the other.
    static SharedTensor stacked(const std::vector<SharedTensor>& pictures) {
        Shape shape = pictures.front()->shape;
        shape[0] = std::ssize(pictures);
        std::vector<std::byte> bytes;
        for (const SharedTensor& picture : pictures)
            bytes.insert(bytes.end(), picture->bytes.begin(), picture->bytes.end());
        return TensorData::of(DType::U8, shape, std::move(bytes));
    }

    const std::span<const NetworkInput> m_inputs;
    const InputFileRules& m_rules;
    std::vector<NamedTensor> m_arrays;
    std::map<size_t, std::vector<SharedTensor>> m_pictures;  ///< by input
};

}  // namespace

NamedFile namedFile(const std::string& word) {
    std::error_code failure;
    const size_t equals = word.find('=');
    if (equals == std::string::npos || std::filesystem::exists(word, failure)) return {{}, word};
    return {word.substr(0, equals), word.substr(equals + 1)};
}

Result<void> checkNumbers(const NamedTensor& array, const std::string& path) {
    const int64_t place = firstNaN(*array.data);
    if (place < 0) return {};
    Error error{
        "N15",
        fmt::format("'{}': element {} of array '{}' of shape {} is NaN, wanted numbers",
                    printable(path), place, printable(array.name, 80), array.data->shape.text()),
        {},
        "Nothing was computed.",
        "Find out where it comes from: NaN in, NaN out."};
    error.place.file = path;
    return error;
}

Result<std::vector<NamedTensor>> readInputFiles(const std::vector<std::string>& words,
                                                std::span<const NetworkInput> inputs,
                                                const InputFileRules& rules) {
    InputFiles files(inputs, rules);
    for (const std::string& word : words) VITRINE_TRY(files.read(namedFile(word)));
    return files.arrays();
}

std::vector<NamedFile> pictureFiles(const std::vector<std::string>& words) {
    std::vector<NamedFile> pictures;
    for (const std::string& word : words) {
        NamedFile file = namedFile(word);
        if (isPictureFile(file.path)) pictures.push_back(std::move(file));
    }
    return pictures;
}

Result<std::vector<NamedTensor>> readArrays(const std::vector<std::string>& words) {
    std::vector<NamedTensor> found;
    for (const std::string& word : words) {
        const NamedFile file = namedFile(word);
        if (isPictureFile(file.path)) continue;
        auto arrays = readTensors(file.path);
        if (!arrays) return arrays.error();
        for (NamedTensor& array : *arrays) {
            if (arrays->size() == 1 && (!file.name.empty() || words.size() == 1))
                array.name = file.name;
            found.push_back(std::move(array));
        }
    }
    return found;
}

}  // namespace vitrine
