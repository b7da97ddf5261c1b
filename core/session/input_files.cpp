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
    InputFiles(std::span<const NetworkInput> inputs, const DataSettings& data, bool takesNaN)
        : m_inputs(inputs), m_data(data), m_takesNaN(takesNaN) {}

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
            if (!m_takesNaN) VITRINE_TRY(checkNumbers(array, file.path));
            const NetworkInput* called = inputCalled(array.name);
            if (isOne && !file.name.empty())
                array.name = file.name;
            else if (called)
                array.name = called->wish.name;
            else if (isOne)
                array.name.clear();
            m_arrays.push_back(std::move(array));
        }
        return {};
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
        auto pixels = pictureInput(file.path, input->wish, m_data);
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
    const DataSettings& m_data;
    const bool m_takesNaN;
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
                                                const DataSettings& data, bool takesNaN) {
    InputFiles files(inputs, data, takesNaN);
    for (const std::string& word : words) VITRINE_TRY(files.read(namedFile(word)));
    return files.arrays();
}

}  // namespace vitrine
