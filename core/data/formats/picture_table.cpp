// SPDX-License-Identifier: Apache-2.0
// Data format "picture_table": pictures, and beside them a table or JSON with their labels.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/data/data_identity.h"
#include "core/data/formats/picture_fields.h"
#include "core/data/pictures/label_column.h"
#include "core/data/pictures/label_rows.h"
#include "core/data/pictures/picture_examples.h"
#include "core/data/split.h"
#include "core/data/tables/table_style.h"

namespace vitrine::formats::picture_table {

namespace {

namespace fs = std::filesystem;

constexpr FieldSpec fields[] = {
    pictureHeight,
    pictureWidth,
    pictureChannels,
    pictureFit,
    pictureBackground,
    {.id = "file_column",
     .title = "File names",
     .type = FieldType::Text,
     .help = "Name of the column with the pictures' names, or its number from 1. Empty: the first "
             "that has such names, or one that is called file, image, id or so."},
    {.id = "label_column",
     .title = "Label",
     .type = FieldType::Text,
     .help = "Name of the column that is learnt, or its number from 1; several between commas. "
             "Empty: one that is called label, class or so, else the first of text, else all "
             "numbers."},
    {.id = "labels",
     .title = "Labels",
     .type = FieldType::Choice,
     .defaultText = "automatic",
     .help = "Whether each picture is of one class, or of several (cat|dog, or a column of 0 and 1 "
             "for each), or has numbers to be learnt as they are.",
     .choices = pictureLabelChoices},
    separatorField,
    headerField,
    decimalField,
    testShare("Share of each class that is kept for testing, drawn by the seed. Where the table "
              "has a column split with train and test or val in it, that holds."),
    brokenPictures};

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]."},
    {.name = "label",
     .dtype = DType::I32,
     .help = "The class; 0 or 1 for each class [K] where pictures are of several; or numbers."}};

bool isTable(const std::string& path) {
    const std::string ending = smallLetters(fs::path(path).extension().string());
    return ending == ".csv" || ending == ".tsv" || ending == ".json";
}

/// The file with labels that a path names: itself, or the only one in a folder, or of several the
/// one that is called so. Empty: none.
std::string tableAt(const std::string& path) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) return isTable(path) ? path : std::string();
    std::vector<std::string> tables;
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (isTable(entry->path().string()) && !isHiddenName(entry->path().filename().string()))
            tables.push_back(entry->path().string());
    std::ranges::sort(tables);
    if (tables.size() == 1) return tables[0];
    for (const char* name : {"labels", "train", "annotations", "metadata"})
        for (const std::string& table : tables)
            if (smallLetters(fs::path(table).stem().string()).starts_with(name)) return table;
    return {};
}

/// Pictures by the ways in which a table may call them.
class Pictures {
  public:
    explicit Pictures(std::vector<PictureFile> files) : m_files(std::move(files)) {
        for (size_t i = 0; i < m_files.size(); ++i) {
            const fs::path path = m_files[i].path;
            for (const std::string& name :
                 {path.string(), fs::path(path).replace_extension().string(),
                  path.filename().string(), path.stem().string()})
                m_places.emplace(name, i);
        }
    }
    const PictureFile* find(const std::string& name) const {
        std::string wanted = fs::path(name).lexically_normal().string();
        if (wanted.starts_with("./")) wanted.erase(0, 2);
        for (const std::string& one : {wanted, fs::path(wanted).filename().string()})
            if (const auto place = m_places.find(one); place != m_places.end())
                return &m_files[place->second];
        return nullptr;
    }
    size_t count() const { return m_files.size(); }

  private:
    std::vector<PictureFile> m_files;
    std::map<std::string, size_t> m_places;
};

Error noPictures(const std::string& path, std::string why) {
    return {"M01",
            fmt::format("'{}' {}; wanted a CSV or JSON file with names of pictures and labels, and "
                        "the pictures beside it or in folders there",
                        printable(path), why),
            {{}, "data.folder", path, 0},
            "Nothing was imported.",
            "Choose the folder that holds the table and the pictures."};
}

struct Listed {
    LabelRows rows;                  ///< of pictures that are there, as they stand in the table
    std::vector<PictureFile> files;  ///< of each row
};

void remarkAlone(int64_t rows, const std::string& first, int64_t pictures, Dataset& set) {
    if (rows > 0)
        set.remarks.push_back(
            {"M11",
             fmt::format("{} a picture that is not there, the first: '{}'",
                         countOf(rows, "line names", "lines name"), printable(first, 80)),
             {},
             "They were left out.",
             "Put the pictures beside the table, or choose another column of file names."});
    if (pictures > 0)
        set.remarks.push_back({"M01",
                               fmt::format("{} in no line of the table",
                                           countOf(pictures, "picture is", "pictures are")),
                               {},
                               "They were left out.",
                               {}});
}

/// Rows with their pictures. A picture has one label.
Result<Listed> list(const Attrs& attrs, const DataRequest& request, Dataset& set) {
    const std::string table = tableAt(request.folder);
    if (table.empty()) return noPictures(request.folder, "has no such file");
    const bool isJson = smallLetters(table).ends_with(".json");
    auto rows = isJson ? readLabelJson(table) : readLabelTable(table, attrs);
    if (!rows) return rows.error();
    PassedOver passedOver;
    std::vector<PictureFile> files;
    VITRINE_TRY(PictureLister(fs::path(table).parent_path().string(), request.stop, passedOver)
                    .add("", 0, files));
    const Pictures pictures(std::move(files));
    Listed listed{{std::move(rows->names), {}, rows->decimal}, {}};
    std::map<std::string, int64_t> taken;
    int64_t missing = 0;
    std::string firstMissing;
    for (LabelRow& row : rows->rows) {
        const PictureFile* file = pictures.find(row.file);
        if (!file) {
            if (missing++ == 0) firstMissing = row.file;
            continue;
        }
        const auto [before, isNew] = taken.emplace(file->path, row.line);
        if (!isNew)
            return Error{
                "V10",
                fmt::format("'{}', line {}: picture '{}' has a label in line {} already",
                            printable(table), row.line, printable(file->path, 80), before->second),
                {{}, "label_column", table, static_cast<int>(row.line)},
                "Nothing was imported.",
                "Give each picture one line; several labels stand in it as cat|dog."};
        listed.files.push_back(*file);
        listed.rows.rows.push_back(std::move(row));
    }
    if (listed.files.empty()) return noPictures(table, "names no picture that is there");
    remarkAlone(missing, firstMissing, static_cast<int64_t>(pictures.count() - listed.files.size()),
                set);
    return listed;
}

/// As a column of the table says, else by a share of each class.
Split splitOf(const Listed& listed, const LabelColumn& labels, const Attrs& attrs, uint64_t seed) {
    Split split;
    for (size_t i = 0; i < listed.files.size(); ++i) {
        const std::string part = smallLetters(listed.rows.rows[i].part);
        const bool isTest = part.starts_with("test") || part.starts_with("val");
        (isTest ? split.test : split.train).push_back(static_cast<int64_t>(i));
    }
    if (!split.test.empty() && !split.train.empty()) return split;
    return splitByShare(
        std::ssize(listed.files),
        {.testShare = attrs.real("test_share"), .seed = seed, .classes = labels.classes});
}

/// In the order of the parts.
template <class Value>
std::vector<Value> inOrder(const std::vector<Value>& values, const Split& split, size_t each = 1) {
    std::vector<Value> ordered;
    for (const auto* part : {&split.train, &split.test})
        for (const int64_t i : *part)
            for (size_t k = 0; k < each; ++k)
                ordered.push_back(values[static_cast<size_t>(i) * each + k]);
    return ordered;
}

PictureSet pictureSet(const std::vector<PictureFile>& files, const LabelColumn& labels,
                      const Split& split, const PictureForm& form, const std::string& folder) {
    PictureSet set{.train = std::ssize(split.train), .readBytes = {form.bytes()}};
    auto paths = std::make_shared<std::vector<std::string>>();
    for (const PictureFile& file : files) paths->push_back(file.path);
    set.files = paths;
    if (!labels.classes.empty()) {
        set.classes = inOrder(labels.classes, split);
        set.numbers.addNumbers<int32_t>(set.classes);
    } else {
        const auto each = static_cast<size_t>(labels.column.shape.elements());
        set.numbers.addNumbers<float>(inOrder(labels.numbers, split, each),
                                      labels.column.shape.elements());
    }
    set.read = [paths, form, folder](int64_t index, std::span<std::byte> record) {
        const std::string& file = (*paths)[static_cast<size_t>(index)];
        return readPictureInto(folder + '/' + file, printable(file), form, record);
    };
    return set;
}

std::string labelText(const LabelColumn& labels) {
    std::string text = fmt::format("{}\n", fmt::join(labels.column.classes, "\n"));
    for (const float number : labels.numbers) text += fmt::format("{} ", number);
    return text;
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& asked) {
    Dataset set;
    const auto listed = list(attrs, asked, set);
    if (!listed) return listed.error();
    const auto labels = labelColumn(listed->rows, attrs);
    if (!labels) return labels.error();
    DataRequest request = asked;
    std::error_code failure;
    if (!fs::is_directory(asked.folder, failure))
        request.folder = fs::path(asked.folder).parent_path().string();
    const Split split = splitOf(*listed, *labels, attrs, request.seed);
    std::vector<PictureFile> files = inOrder(listed->files, split);
    if (!labels->classes.empty()) {
        const std::vector<int32_t> classes = inOrder(labels->classes, split);
        for (size_t i = 0; i < files.size(); ++i) files[i].label = classes[i];
    }
    const auto form = pictureForm(attrs, std::ssize(split.train), [&](int64_t index) {
        const std::string& file = files[static_cast<size_t>(index)].path;
        return lookAtPictureFile(pathIn(request, file), printable(file));
    });
    if (!form) return form.error();
    set.columns = {{.name = "image", .dtype = DType::U8, .shape = form->shape()}, labels->column};
    VITRINE_TRY(openPictures(pictureSet(files, *labels, split, *form, request.folder), attrs,
                             request, set));
    DataIdentity identity("picture_table", attrs);
    identity.addGenerator(1, request.seed);
    const std::string text = identityText(files) + labelText(*labels);
    identity.addFile("files", std::as_bytes(std::span(text)));
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

/// A table that names a picture that is there.
bool recognise(const std::string& path, Attrs& attrs) {
    const std::string table = tableAt(path);
    if (table.empty()) return false;
    std::error_code failure;
    constexpr uintmax_t mostLooked = uintmax_t{1} << 26;
    const bool isJson = smallLetters(table).ends_with(".json");
    if (isJson && (fs::file_size(table, failure) > mostLooked || failure)) return false;
    const auto rows = isJson ? readLabelJson(table) : readLabelTable(table, attrs, 1);
    if (!rows || rows->rows.empty()) return false;
    PassedOver passedOver;
    std::vector<PictureFile> files;
    if (!PictureLister(fs::path(table).parent_path().string(), {}, passedOver).add("", 0, files))
        return false;
    return Pictures(std::move(files)).find(rows->rows.front().file) != nullptr;
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "picture_table",
    .title = "Pictures with a table",
    .summary =
        "PNG, JPEG, BMP, PPM, PGM, TIFF and WebP pictures and, beside them, a CSV, TSV or JSON "
        "file with their names and labels.",
    .columns = columns,
    .fields = fields,
    .needsFolder = true,
    .takesFile = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::picture_table
