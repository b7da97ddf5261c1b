// SPDX-License-Identifier: Apache-2.0
// Data sets: examples with named, typed columns, and the formats that make them. One .cpp in
// formats/ each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/field.h"
#include "core/base/result.h"
#include "core/data/sampling.h"
#include "core/tensor/shape.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// What every example has under one name. Numbers lie row-major, as they are stored: pixels are
/// bytes until a network's first instruction makes floats of them.
struct Column {
    std::string name;                       ///< `image`, `label`
    DType dtype = DType::U8;                ///< U8, I32 or F32
    Shape shape = {};                       ///< of one example, [C, H, W]; rank 0: one number
    std::vector<std::string> classes = {};  ///< names, where the numbers are classes from 0 on

    int64_t bytes() const { return shape.elements() * sizeOf(dtype); }  ///< of one example
    bool isImage() const { return dtype == DType::U8 && shape.rank() == 3; }
    bool hasClasses() const { return !classes.empty(); }
    bool operator==(const Column&) const = default;
};

/// When an example is taken. What transforms draw is a function of this and of the example's index.
struct Occasion {
    uint64_t seed = 1;
    int64_t epoch = 0;
};

/// Where the values of examples come from. Any thread, many at once.
class ExampleSource {
  public:
    virtual ~ExampleSource() = default;
    /// The bytes of one value as they are stored, which stay where they are. What is drawn by code
    /// or lies in a picture file may have to be made first.
    virtual std::span<const std::byte> value(size_t column, int64_t index) = 0;
    /// All values of the column can be looked at for the price of reading memory.
    virtual bool isAtHand(size_t column) const = 0;
    /// Writes one example as networks take it: each column to its place, where that is not empty.
    /// The stored values, unless somebody transforms them.
    virtual void write(int64_t index, const Occasion&, std::span<const std::span<std::byte>> to);
    /// What a person calls the example: its file from the data's folder on. Empty: it has no name.
    virtual std::string nameOf(int64_t) const { return {}; }
    /// [C, H, W] of an example's picture as its file has it, where there is such a file. Reads its
    /// beginning.
    virtual std::optional<Shape> fileShape(int64_t) const { return {}; }
    /// Why training cannot go on with these values: the first thing that could not be made.
    virtual std::optional<Error> trouble() const { return {}; }
    /// Examples that were found to be unreadable so far, where others stand in their places.
    virtual int64_t unread() const { return 0; }
    /// Whether the example is one of these. Known once its value was asked for.
    virtual bool isUnread(int64_t) const { return false; }
    /// Which these are; nothing where there are none.
    virtual std::optional<Error> remark() const { return {}; }
};

/// `count` examples of a source, from `first` on. A plain value; copies share the source.
struct ExampleSet {
    int64_t count = 0;
    std::shared_ptr<ExampleSource> source = {};
    int64_t first = 0;

    std::span<const std::byte> value(size_t column, int64_t index) const {
        return source->value(column, first + index);
    }
    /// One example as networks take it (ExampleSource::write).
    void write(int64_t index, const Occasion& occasion,
               std::span<const std::span<std::byte>> to) const {
        source->write(first + index, occasion, to);
    }
    std::string nameOf(int64_t index) const { return source->nameOf(first + index); }
    std::optional<Shape> fileShape(int64_t index) const { return source->fileShape(first + index); }
    bool isUnread(int64_t index) const { return source->isUnread(first + index); }
    std::span<const uint8_t> pixels(size_t column, int64_t index) const;  ///< of a U8 column
    int32_t number(size_t column, int64_t index) const;  ///< of an I32 column of rank 0
};

struct Dataset {
    std::vector<Column> columns;  ///< as networks take them: what ExampleSet::write writes
    ExampleSet train, test;
    /// What the data are, where they are equal the data are: format, fields, and either seed and
    /// generator or the sizes and contents of the files (contents up to 64 MB; of folders of
    /// picture files their names, sizes and labels instead of their contents). Says nothing of the
    /// folder that they lie in. Empty: not known.
    std::string fingerprint = {};
    std::vector<Error> remarks = {};  ///< things to tell a person: what was left out
    /// As they are stored: what ExampleSet::value gives. Empty: the same.
    std::vector<Column> stored = {};
    Sampling sampling = Sampling::EachOnce;  ///< of the training part, by the first class column

    /// Position in columns, or -1; the same in storedColumns().
    int column(std::string_view name) const;
    const std::vector<Column>& storedColumns() const { return stored.empty() ? columns : stored; }
};
/// The first column of class numbers, or -1.
int classColumn(std::span<const Column> columns);
/// What an example is called in a project's changes: its own name, or `train 17`.
std::string exampleName(const Dataset& data, bool isTest, int64_t index);
/// Position in a list of columns, or -1.
int columnNamed(std::span<const Column> columns, std::string_view name);

/// Where a format finds its data.
struct DataRequest {
    /// What the user named with --data or the project; empty where the format needs none. For a
    /// format that takesFile also a file.
    std::string folder = {};
    uint64_t seed = 1;  ///< for generated data
    int threads = 1;
    std::function<void(double share)> progress = {};  ///< may be empty
    /// Looked at every few milliseconds. Where data are drawn later it ends drawing ahead.
    std::stop_token stop = {};
    int64_t memoryBytes = 0;  ///< the most that data may take; 0: what the system can give
    /// Pictures that are more than that are kept in a file of at most so many bytes.
    int64_t cacheBytes = int64_t{32} << 30;
};

/// A column that every data set of a format has.
struct ColumnSpec {
    std::string_view name;
    DType dtype = DType::U8;
    std::string_view help;
};

struct DataFormatDescriptor {
    std::string_view id, title, summary;
    std::span<const ColumnSpec> columns;  ///< in the order of Dataset::columns
    std::span<const FieldSpec> fields = {};
    bool needsFolder = true;
    bool takesFile = false;  ///< DataRequest::folder may name a file
    /// Gives a fingerprint too. Errors: I01–I09, G01–G12, P08, H02, `stopped`, with what was found
    /// and what was wanted; nothing is imported.
    Result<Dataset> (*open)(const Attrs&, const DataRequest&) = nullptr;
    /// Whether a folder (or, with takesFile, a file) holds data of this format, with these fields
    /// or others that it sets. Looks at names, and at a few bytes at most. Null where no folder is
    /// needed.
    bool (*recognise)(const std::string& folder, Attrs&) = nullptr;
};

std::span<const DataFormatDescriptor* const> allDataFormats();
const DataFormatDescriptor* findDataFormat(std::string_view id);

}  // namespace vitrine
