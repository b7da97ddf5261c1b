// SPDX-License-Identifier: Apache-2.0
// Data format "hdf5": arrays in an HDF5 file, or in the files of a folder, such as one for training
// and one for testing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/mapped_file.h"
#include "core/data/arrays/array_fields.h"
#include "core/data/arrays/decoded_arrays.h"
#include "core/data/arrays/named_arrays.h"

namespace vitrine::formats::hdf5 {

namespace {

namespace fs = std::filesystem;

constexpr size_t mostFiles = 16;

/// A file's signature stands at 0, 512, 1024, 2048 …: what is in front of it is somebody else's
/// (MATLAB 7.3 writes such). HDF5 file format specification, section II.A.
bool isHdf5(const std::string& path) {
    constexpr std::array<std::byte, 8> signature{std::byte{0x89}, std::byte{'H'},  std::byte{'D'},
                                                 std::byte{'F'},  std::byte{'\r'}, std::byte{'\n'},
                                                 std::byte{0x1a}, std::byte{'\n'}};
    constexpr size_t mostOffset = 2048;
    const auto file = MappedFile::open(path);
    if (!file) return false;
    const auto bytes = (*file)->bytes();
    for (size_t at = 0; at <= mostOffset; at = at == 0 ? 512 : 2 * at)
        if (bytes.size() >= at + signature.size() &&
            std::ranges::equal(bytes.subspan(at, signature.size()), signature))
            return true;
    return false;
}

bool isNamedSo(const fs::path& path) {
    const std::string ending = path.extension().string();
    return ending == ".h5" || ending == ".hdf5" || ending == ".hdf" || ending == ".he5" ||
           ending == ".mat";
}

/// The file itself, or those of a folder in the order of their names.
std::vector<std::string> filesIn(const std::string& path) {
    std::error_code failure;
    if (!fs::is_directory(path, failure))
        return isHdf5(path) ? std::vector<std::string>{path} : std::vector<std::string>{};
    std::vector<std::string> files;
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (isNamedSo(entry->path()) && files.size() < mostFiles && isHdf5(entry->path().string()))
            files.push_back(entry->path().string());
    std::ranges::sort(files);
    return files;
}

/// `train_set_x` is `train_x`: words that say nothing, and what follows them, are taken out.
std::string plainName(std::string_view name) {
    std::string plain, word;
    const auto take = [&] {
        if (word != "set" && word != "split" && word != "dataset") plain += word + "_";
        word.clear();
    };
    for (const char c : name)
        if (std::isalpha(static_cast<unsigned char>(c)))
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else
            take();
    take();
    return plain;
}

/// `train`, `val` or `test` where a file's name has such a word, and no other of them.
std::string partInName(const std::string& path) {
    const std::string name = "_" + plainName(fs::path(path).stem().string());
    std::string part;
    for (const char* word : {"train", "training", "val", "valid", "validation", "test", "testing"})
        if (name.find(fmt::format("_{}_", word)) != std::string::npos) {
            if (!part.empty()) return {};
            part = word;
        }
    return part;
}

/// The arrays of all files; with several files each name begins with its file's.
class Hdf5Arrays : public NamedArrays {
  public:
    Result<void> add(const std::string& path, bool isAlone, const std::stop_token& stop) {
        auto file = decode::ArrayFile::open(path, decode::Kind::Hdf5, {.stop = stop});
        if (!file) return file.error();
        for (const decode::ArrayInfo& array : file->arrays()) {
            const std::string prefix =
                isAlone ? std::string() : fs::path(path).filename().string() + ":";
            m_names.push_back(prefix + array.name);
            m_places.push_back({m_files.size(), array.name, useIn(path, array.name)});
        }
        m_files.push_back(std::move(file).value());
        return {};
    }

    const std::vector<std::string>& names() const override { return m_names; }
    std::optional<ArrayUse> use(const std::string& name) const override { return place(name).use; }
    Result<KeptArray> read(const std::string& name, const std::stop_token& stop) override {
        const ArrayPlace& found = place(name);
        auto array = readDecoded(m_files[found.file], found.name, stop);
        if (array) array->name = name;
        return array;
    }

    /// Names of so many classes: an array of texts whose own name speaks of them. Empty: there is
    /// none.
    std::vector<std::string> classNames(size_t classes, const std::stop_token& stop) {
        for (size_t i = 0; i < m_places.size(); ++i) {
            const auto& [file, name, use] = m_places[i];
            const decode::ArrayInfo& array = *m_files[file].find(name);
            const std::string plain = plainName(name);
            const bool isSo = plain.find("class") != std::string::npos ||
                              plain.find("label") != std::string::npos ||
                              plain.find("name") != std::string::npos;
            if (array.number != decode::Number::Text || !isSo || array.shape.size() != 2 ||
                array.shape[0] != static_cast<int64_t>(classes))
                continue;
            if (const auto texts = m_files[file].readTexts(name, stop)) return *texts;
        }
        return {};
    }

  private:
    struct ArrayPlace {
        size_t file = 0;
        std::string name;
        std::optional<ArrayUse> use;
    };
    /// The array's own name says its part, else the file's does.
    static std::optional<ArrayUse> useIn(const std::string& path, const std::string& name) {
        const auto own = useOf(plainName(name));
        if (!own || own->part != ArrayPart::All) return own;
        const auto ofFile = useOf(partInName(path) + "_" + plainName(name));
        return ofFile ? ofFile : own;
    }
    const ArrayPlace& place(const std::string& name) const {
        return m_places[static_cast<size_t>(std::ranges::find(m_names, name) - m_names.begin())];
    }

    std::vector<std::string> m_names;
    std::vector<ArrayPlace> m_places;  ///< in the order of the names
    std::vector<decode::ArrayFile> m_files;
};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    const std::vector<std::string> files = filesIn(request.folder);
    const auto failed = [&](Error error) {
        error.kept = "Nothing was imported.";
        if (error.place.file.empty()) error.place.file = request.folder;
        return error;
    };
    if (files.empty())
        return failed(
            {"G05",
             fmt::format("'{}' is no HDF5 file, and no folder with one", printable(request.folder)),
             {},
             {},
             "Choose a file whose name ends in .h5 or .hdf5."});
    Hdf5Arrays arrays;
    for (const std::string& file : files)
        if (const auto added = arrays.add(file, files.size() == 1, request.stop); !added)
            return failed(added.error());
    auto set = openNamedArrays("hdf5", arrays, attrs, request);
    if (!set) return failed(set.error());
    for (Column& column : set->columns) {
        if (!column.hasClasses()) continue;
        const auto names = arrays.classNames(column.classes.size(), request.stop);
        for (size_t i = 0; i < names.size(); ++i) column.classes[i] = printable(names[i], 60);
    }
    return set;
}

bool recognise(const std::string& path, Attrs&) { return !filesIn(path).empty(); }

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "hdf5",
    .title = "HDF5",
    .summary =
        "Arrays of inputs and labels in an HDF5 file (.h5, .hdf5, MATLAB 7.3), or in a folder of "
        "such, one for training and one for testing.",
    .columns = namedArrayColumns,
    .fields = namedArrayFields,
    .needsFolder = true,
    .takesFile = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::hdf5
