// SPDX-License-Identifier: Apache-2.0
// Folders of small picture files for tests.
#pragma once

#include <QTemporaryDir>

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/data/dataset.h"

namespace vitrine::test {

inline std::vector<std::byte> bytesOfText(const std::string& text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

/// A PGM file of one value.
inline std::vector<std::byte> flatPicture(int height, int width, int value) {
    std::string text = fmt::format("P5 {} {} 255\n", width, height);
    text.append(static_cast<size_t>(height * width), static_cast<char>(value));
    return bytesOfText(text);
}

class PictureFolderFixture {
  public:
    std::string path() const { return m_folder.path().toStdString(); }
    void put(const std::string& name, const std::vector<std::byte>& bytes) const {
        const std::filesystem::path file = std::filesystem::path(path()) / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream stream(file, std::ios::binary);
        stream.write(reinterpret_cast<const char*>(bytes.data()),
                     static_cast<std::streamsize>(bytes.size()));
        if (!stream.flush()) qFatal("%s", name.c_str());
    }
    /// `perClass` pictures of 4 × 5 of each of three classes, whose grey value says class and
    /// number: 80 · class + number.
    void putClasses(const std::string& in, int perClass) const {
        constexpr std::array names{"cat", "dog", "emu"};
        for (size_t label = 0; label < names.size(); ++label)
            for (int i = 0; i < perClass; ++i)
                put(fmt::format("{}{}/{:03}.pgm", in, names[label], i),
                    flatPicture(4, 5, 80 * static_cast<int>(label) + i));
    }
    using Fields = std::vector<std::pair<std::string, FieldValue>>;
    Result<Dataset> open(const Fields& fields = {}, int threads = 2, uint64_t seed = 1,
                         std::string_view format = "image_folder") const {
        return openWith(fields, {.folder = path(), .seed = seed, .threads = threads}, format);
    }
    static Result<Dataset> openWith(const Fields& fields, const DataRequest& request,
                                    std::string_view format = "image_folder") {
        const DataFormatDescriptor& reader = *findDataFormat(format);
        Attrs attrs(reader.fields);
        for (const auto& [id, value] : fields) attrs.with(id, value);
        return reader.open(attrs, request);
    }

  private:
    QTemporaryDir m_folder;
};

}  // namespace vitrine::test
