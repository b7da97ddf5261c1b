// SPDX-License-Identifier: Apache-2.0
// Data format "cifar": CIFAR-10 and CIFAR-100 (Krizhevsky 2009), in their binary version and in
// Python's.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/base/file.h"
#include "core/data/cifar/cifar_batch.h"
#include "core/data/cifar/cifar_files.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/stored_examples.h"

namespace vitrine::formats::cifar {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view labelChoices[] = {"fine", "coarse"};

constexpr FieldSpec fields[] = {
    {.id = "labels",
     .title = "Labels",
     .type = FieldType::Choice,
     .defaultText = "fine",
     .help =
         "Of CIFAR-100: the 100 classes, or the 20 that they are grouped into. CIFAR-10 has one "
         "kind.",
     .choices = labelChoices}};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Red, green and blue pixels, 3×32×32."},
    {.name = "label", .dtype = DType::I32, .help = "The class of the image."}};

Error imported(Error error, const std::string& path) {
    error.kept = "Nothing was imported.";
    error.place.file = path;
    return error;
}

/// Reads the files of a set one after another.
class Reader {
  public:
    Reader(CifarLayout layout, const Attrs& attrs, const DataRequest& request)
        : m_layout(std::move(layout)), m_request(request), m_identity("cifar", attrs) {
        m_labels = {m_layout.isHundred, m_layout.isHundred && attrs.text("labels") == "coarse"};
        if (m_labels.isCoarse && !m_layout.isPython) m_layout.names = "coarse_label_names.txt";
    }

    Result<Dataset> read() {
        CifarBatch train, test;
        for (size_t i = 0; i < m_layout.train.size(); ++i) {
            VITRINE_TRY(add(m_layout.train[i], train));
            if (m_request.progress) m_request.progress(static_cast<double>(i + 1) / 7.0);
        }
        VITRINE_TRY(add(m_layout.test, test));
        Dataset set;
        set.columns = {{.name = "image", .dtype = DType::U8, .shape = {3, 32, 32}},
                       {.name = "label", .dtype = DType::I32, .classes = classNames()}};
        set.train = examplesOf(std::move(train));
        set.test = examplesOf(std::move(test));
        set.remarks = remarks();
        set.fingerprint = m_identity.text(set);
        if (m_request.progress) m_request.progress(1.0);
        return set;
    }

  private:
    std::string pathOf(const std::string& name) const {
        return (fs::path(m_layout.folder) / name).string();
    }

    /// A file that is not there is told of; one that stands there twice is refused.
    Result<void> add(const std::string& name, CifarBatch& batch) {
        const std::string path = pathOf(name);
        std::error_code failure;
        if (!fs::exists(path, failure)) {
            m_missing.push_back(name);
            return {};
        }
        const auto bytes = readFile(path, {.stop = m_request.stop});
        if (!bytes) return imported(bytes.error(), path);
        VITRINE_TRY(checkNew(name, *bytes));
        const auto added = m_layout.isPython ? addPythonBatch(name, *bytes, m_labels, batch)
                                             : addBinaryBatch(name, *bytes, m_labels, batch);
        if (!added) return imported(added.error(), path);
        m_identity.addFile(name, *bytes);
        return {};
    }

    Result<void> checkNew(const std::string& name, std::span<const std::byte> bytes) {
        Sha256 hash;
        hash.add(bytes);
        const std::string content = hash.hex();
        const auto twin = std::ranges::find(m_contents, content);
        if (twin != m_contents.end())
            return imported(
                {"F04",
                 fmt::format("{} and {} have the same bytes: a batch was given twice",
                             m_names[static_cast<size_t>(twin - m_contents.begin())], name),
                 {},
                 {},
                 "Unpack the set again."},
                pathOf(name));
        m_contents.push_back(content);
        m_names.push_back(name);
        return {};
    }

    static ExampleSet examplesOf(CifarBatch batch) {
        const auto count = std::ssize(batch.labels);
        if (count == 0) return {};
        auto stored = std::make_shared<StoredExamples>();
        stored->addColumn(std::move(batch.pixels), static_cast<int64_t>(cifarImageBytes));
        stored->addNumbers<int32_t>(batch.labels);
        return {count, std::move(stored), 0};
    }

    /// Numbers where the file of names is not there.
    std::vector<std::string> classNames() {
        std::vector<std::string> names;
        if (const auto bytes = readFile(pathOf(m_layout.names), {.bytes = 1 << 20}))
            names = cifarNames(*bytes, m_layout.isPython, m_labels);
        m_hasNames = !names.empty();
        for (int64_t i = 0; !m_hasNames && i < m_labels.classes(); ++i)
            names.push_back(fmt::format("{}", i));
        return names;
    }

    std::vector<Error> remarks() const {
        std::vector<Error> remarks;
        if (!m_missing.empty())
            remarks.push_back(
                {"F04",
                 fmt::format("of the set's files {} {} missing", fmt::join(m_missing, ", "),
                             m_missing.size() == 1 ? "is" : "are"),
                 {},
                 "The others were taken.",
                 "Unpack the set again."});
        if (!m_hasNames)
            remarks.push_back({"F05",
                               fmt::format("{} is missing, or has other names than those of {} "
                                           "classes",
                                           m_layout.names, m_labels.classes()),
                               {},
                               "Classes are called by their numbers.",
                               "Put the file beside the others."});
        return remarks;
    }

    CifarLayout m_layout;
    const DataRequest& m_request;
    DataIdentity m_identity;
    CifarLabels m_labels;
    std::vector<std::string> m_contents, m_names, m_missing;
    bool m_hasNames = false;
};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    if (isCifarArchive(request.folder))
        return imported({"F06",
                         fmt::format("'{}' is packed, and archives are not read",
                                     printable(fs::path(request.folder).filename().string())),
                         {},
                         {},
                         "Unpack it (tar xf), and choose the folder that comes out."},
                        request.folder);
    auto layout = findCifar(request.folder);
    if (layout) return Reader(*std::move(layout), attrs, request).read();
    Error error =
        imported({"G01",
                  fmt::format("'{}' holds no data_batch_1 and no train with test and meta, "
                              "with or without .bin",
                              printable(request.folder)),
                  {},
                  {},
                  "Choose the folder of the set's files."},
                 request.folder);
    return error;
}

bool recognise(const std::string& path, Attrs&) {
    return isCifarArchive(path) || findCifar(path).has_value();
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "cifar",
    .title = "CIFAR",
    .summary =
        "CIFAR-10 and CIFAR-100, binary (data_batch_1.bin … or train.bin) and Python's "
        "(data_batch_1 … or train).",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .takesFile = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::cifar
