// SPDX-License-Identifier: Apache-2.0
// Data format "table": CSV, TSV and their relatives: pixels or other numbers, and a label in each
// line.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/data/data_identity.h"
#include "core/data/dataset.h"
#include "core/data/split.h"
#include "core/data/stored_examples.h"
#include "core/data/tables/table_fields.h"
#include "core/data/tables/table_file.h"
#include "core/data/tables/table_target.h"

namespace vitrine::formats::table {

namespace {

namespace fs = std::filesystem;

constexpr ColumnSpec columns[] = {
    {.name = "image", .dtype = DType::U8, .help = "Pixels [C, H, W]; 'input' for other numbers."},
    {.name = "label", .dtype = DType::I32, .help = "The class; 'target' for numbers."}};

Error imported(Error error, const std::string& path, std::string_view field = {}) {
    error.kept = "Nothing was imported.";
    if (error.place.file.empty()) error.place.file = path;
    if (error.place.field.empty()) error.place.field = field;
    return error;
}

/// A name beside the first table; no path that leads away.
Result<std::string> testPath(const std::string& train, const std::string& name) {
    if (name.empty()) return std::string();
    if (name.find('/') != std::string::npos || name == "..")
        return imported({"P08",
                         fmt::format("test_file: '{}' must be the name of a file beside the first",
                                     printable(name, 80)),
                         {},
                         {},
                         "Put both tables into one folder."},
                        train, "test_file");
    return (fs::path(train).parent_path() / name).string();
}

/// [C, H, W] of pictures, or [K].
Result<Shape> inputShape(const TableFile& file, const std::vector<TableContent>& tables,
                         size_t inputs, const Attrs& attrs) {
    const auto count = static_cast<int64_t>(inputs);
    int64_t height = attrs.integer("height"), width = attrs.integer("width");
    const std::string& chosen = attrs.text("inputs");
    const bool isSized = height > 0 || width > 0;
    bool areBytes = true;
    for (const TableContent& table : tables) areBytes &= table.inputs.areBytes();
    if (chosen == "numbers" || (chosen == "automatic" && !isSized && (!areBytes || count < 64)))
        return Shape{count};
    if (!isSized)
        for (const int64_t channels : {1, 3}) {
            const auto side = static_cast<int64_t>(
                std::lround(std::sqrt(static_cast<double>(count) / static_cast<double>(channels))));
            if (side * side * channels == count) height = width = side;
        }
    if (height > 0 && width > 0 && count % (height * width) == 0)
        return Shape{count / (height * width), height, width};
    if (chosen == "automatic" && !isSized) return Shape{count};
    return imported({"V10",
                     fmt::format("{}: {} inputs make no picture of {}", file.title, count,
                                 isSized ? fmt::format("{} × {}", height, width)
                                         : std::string("equal height and width")),
                     {},
                     {},
                     "Set height and width, or leave columns out."},
                    file.path, "height");
}

std::vector<std::byte> bytesOf(std::span<const float> numbers) {
    const auto bytes = std::as_bytes(numbers);
    return {bytes.begin(), bytes.end()};
}

ExampleSet examplesOf(TableContent table, const Column& input, const TableTarget& target,
                      bool isSplit) {
    if (table.rows == 0) return {};
    auto stored = std::make_shared<StoredExamples>();
    if (isSplit) stored->setName("example");  // another split changes no name
    if (input.dtype == DType::U8) {
        stored->addColumn(std::move(table.inputs.bytes()), input.bytes());
    } else {
        table.inputs.becomeFloats();
        stored->addColumn(bytesOf(table.inputs.floats()), input.bytes());
    }
    if (target.column.hasClasses()) {
        stored->addNumbers<int32_t>(classesIn(table, target));
    } else {
        const std::vector<float> numbers(table.targets.begin(), table.targets.end());
        stored->addColumn(bytesOf(numbers), target.column.bytes());
    }
    return {table.rows, std::move(stored), 0};
}

/// Tables whose columns are understood, the training part first.
struct Tables {
    std::vector<TableFile> files;
    std::vector<size_t> begins;  ///< of the text of each
    TableStyle style;
    TableRoles roles;
    std::vector<TableContent> contents;
};

Result<void> readTables(const Attrs& attrs, const DataRequest& request, Tables& tables) {
    TableOptions options{.skipsBadRows = attrs.text("bad_rows") == "skip", .stop = request.stop};
    options.targetsAreText = tables.roles.targetsAreText && attrs.text("labels") != "numbers";
    tables.roles.targetsAreText = options.targetsAreText;
    const double share = 1.0 / static_cast<double>(tables.files.size());
    for (size_t i = 0; i < tables.files.size(); ++i) {
        const TableFile& file = tables.files[i];
        options.progress = [&, i](double done) {
            if (request.progress) request.progress(share * (static_cast<double>(i) + done));
        };
        TableStyle style = tables.style;
        style.begin = tables.begins[i];
        auto content = readTable(file.title, file.text(), style, tables.roles, options);
        if (!content) return imported(content.error(), file.path);
        if (content->rows == 0)
            return imported({"V03",
                             fmt::format("{}: no line is left", file.title),
                             {},
                             {},
                             "Check that it is the table you meant."},
                            file.path);
        tables.contents.push_back(std::move(content).value());
    }
    return {};
}

bool haveSameColumns(const TableStyle& one, const TableStyle& other) {
    return one.names == other.names && one.separator == other.separator;
}

/// Both files have the same columns.
Result<void> addTestStyle(const Attrs& attrs, Tables& tables) {
    const TableFile& file = tables.files[1];
    const auto style = styleOf(file.title, file.text(), attrs);
    if (!style) return imported(style.error(), file.path);
    tables.begins.push_back(style->begin);
    if (haveSameColumns(tables.style, *style)) return {};
    const bool areAsMany = style->columns() == tables.style.columns();
    return imported(
        {"V01",
         areAsMany ? fmt::format("{} has columns of other names than {}, or other separators",
                                 file.title, tables.files[0].title)
                   : fmt::format("{} has other columns than {}: {} and {}", file.title,
                                 tables.files[0].title, countOf(style->columns(), "column"),
                                 countOf(tables.style.columns(), "column")),
         {},
         {},
         "Give tables that belong together."},
        file.path, "test_file");
}

Result<Tables> openTables(const Attrs& attrs, const DataRequest& request) {
    Tables tables;
    const std::string path = tableAt(request.folder);
    const auto other = testPath(path, attrs.text("test_file"));
    if (!other) return other.error();
    for (const std::string& one : {path.empty() ? request.folder : path, *other}) {
        if (one.empty()) continue;
        auto file = openTable(one, request.stop);
        if (!file) return imported(file.error(), one);
        tables.files.push_back(std::move(file).value());
    }
    const TableFile& first = tables.files[0];
    auto style = styleOf(first.title, first.text(), attrs);
    if (!style) return imported(style.error(), first.path);
    tables.style = std::move(style).value();
    auto roles = rolesOf(first.title, first.text(), tables.style, attrs);
    if (!roles) return imported(roles.error(), first.path);
    tables.roles = std::move(roles).value();
    tables.begins.push_back(tables.style.begin);
    if (tables.files.size() > 1) VITRINE_TRY(addTestStyle(attrs, tables));
    return tables;
}

/// A number takes four letters and more of text for each of its bytes, or one where it is a byte.
Result<void> checkMemory(const Tables& tables, const DataRequest& request) {
    int64_t needed = 0;
    for (const TableFile& file : tables.files) needed += std::ssize(file.text()) / 4;
    const int64_t there = request.memoryBytes > 0 ? request.memoryBytes : availableMemory();
    if (needed <= there) return {};
    return Error{"H02",
                 fmt::format("{}: its numbers need {} at least, and {} of memory are there",
                             tables.files[0].title, sizeText(needed), sizeText(there)),
                 {},
                 "Nothing was imported.",
                 "Take a part of the lines, or close other programs."};
}

/// How the table was read: what a person should look at.
void addRemarks(const Tables& tables, Dataset& set) {
    std::string label, leftOut;
    for (const size_t i : tables.roles.targets)
        label +=
            fmt::format("{}'{}'", label.empty() ? "" : ", ", printable(tables.style.names[i], 40));
    for (const size_t i : tables.roles.leftOut)
        leftOut += fmt::format("{}'{}'", leftOut.empty() ? "; without " : ", ",
                               printable(tables.style.names[i], 40));
    set.remarks.push_back({"V05",
                           fmt::format("{} was read with {}; the label is {}{}",
                                       tables.files[0].title, tables.style.text(), label, leftOut),
                           {},
                           {},
                           "If that is wrong, choose otherwise in the data's settings."});
    for (size_t i = 0; i < tables.contents.size(); ++i)
        if (const TableContent& content = tables.contents[i]; content.skipped > 0) {
            Error remark = content.firstSkipped;
            remark.message = fmt::format(
                "{} of {} cannot be read, the first: {}", fmt::group_digits(content.skipped),
                countOf(content.rows + content.skipped, "line"), remark.message);
            remark.kept = "They were left out.";
            set.remarks.push_back(std::move(remark));
        }
    if (!isUtf8(tables.files[0].text().substr(0, 1 << 16)))
        set.remarks.push_back({"V07",
                               fmt::format("{} is no text in UTF-8: names with special letters "
                                           "are shown by their bytes",
                                           tables.files[0].title),
                               {},
                               "It was read all the same.",
                               "Save the table anew in UTF-8."});
}

void setParts(std::vector<ExampleSet> parts, const std::vector<int32_t>& classes,
              const Attrs& attrs, const DataRequest& request, Dataset& set) {
    set.train = parts[0];
    if (parts.size() > 1) {
        set.test = parts[1];
        return;
    }
    Split split = splitByShare(parts[0].count, {attrs.real("test_share"), request.seed, classes});
    if (split.test.empty()) return;
    set.train = chosenExamples(parts[0], std::move(split.train));
    set.test = chosenExamples(parts[0], std::move(split.test));
}

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    auto tables = openTables(attrs, request);
    if (!tables) return tables.error();
    VITRINE_TRY(checkMemory(*tables, request));
    VITRINE_TRY(readTables(attrs, request, *tables));
    const TableFile& first = tables->files[0];
    const auto shape = inputShape(first, tables->contents, tables->roles.inputs.size(), attrs);
    if (!shape) return shape.error();
    const auto target =
        targetOf(first.title, tables->contents, tables->style, tables->roles, attrs);
    if (!target) return imported(target.error(), first.path);
    Dataset set;
    const bool isImage = shape->rank() == 3;
    bool areBytes = isImage;
    for (const TableContent& table : tables->contents) areBytes &= table.inputs.areBytes();
    set.columns = {{.name = isImage ? "image" : "input",
                    .dtype = areBytes ? DType::U8 : DType::F32,
                    .shape = *shape},
                   target->column};
    addRemarks(*tables, set);
    DataIdentity identity("table", attrs);
    for (const TableFile& file : tables->files) identity.addFile("table", file.bytes());
    if (tables->files.size() == 1) identity.addGenerator(1, request.seed);
    std::vector<int32_t> classes;
    if (target->column.hasClasses()) classes = classesIn(tables->contents[0], *target);
    std::vector<ExampleSet> parts;
    for (TableContent& table : tables->contents)
        parts.push_back(
            examplesOf(std::move(table), set.columns[0], *target, tables->files.size() == 1));
    setParts(std::move(parts), classes, attrs, request, set);
    for (const TableFile& file : tables->files)
        if (file.mapped && file.mapped->trouble())
            return imported(*file.mapped->trouble(), file.path);
    set.fingerprint = identity.text(set);
    if (request.progress) request.progress(1.0);
    return set;
}

/// Columns that are chosen are there, and the way of writing fits.
bool fits(const std::string& path, const Attrs& attrs) {
    const auto file = openTable(path, {});
    if (!file) return true;  // opening says what is wrong
    const auto style = styleOf(file->title, file->text(), attrs);
    return style && rolesOf(file->title, file->text(), *style, attrs);
}

/// The table beside it for testing, where it has the same columns: one without labels, as
/// competitions give it away, is none. Packed ones are not looked into.
std::string testFileFor(const std::string& table, const Attrs& attrs) {
    const std::string other = testTableBeside(table);
    if (other.empty()) return {};
    std::string name = fs::path(other).filename().string();
    if (name.ends_with(".gz")) return name;
    const auto one = openTable(table, {}), two = openTable(other, {});
    if (!one || !two) return {};
    const auto style = styleOf(one->title, one->text(), attrs),
               otherStyle = styleOf(two->title, two->text(), attrs);
    return style && otherStyle && haveSameColumns(*style, *otherStyle) ? name : std::string();
}

/// What is chosen for other tables does not stay.
bool recognise(const std::string& path, Attrs& attrs) {
    const std::string table = tableAt(path);
    if (table.empty() || !looksLikeTable(table)) return false;
    const bool isPlain = attrs == Attrs(tableFields);
    if (!isPlain && !fits(table, attrs)) attrs = Attrs(tableFields);
    std::error_code failure;
    const std::string& named = attrs.text("test_file");
    const bool isThere =
        !named.empty() && fs::is_regular_file(fs::path(table).parent_path() / named, failure);
    if (!isThere) attrs.with("test_file", testFileFor(table, attrs));
    return true;
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "table",
    .title = "Tables",
    .summary = "CSV and TSV: pixels or other numbers and a label in each line.",
    .columns = columns,
    .fields = tableFields,
    .needsFolder = true,
    .takesFile = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::table
