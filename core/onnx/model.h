// SPDX-License-Identifier: Apache-2.0
// An ONNX file as it lies there: every message as a plain structure whose text and numbers are
// views into the mapped file. Nothing is understood here, and nothing is copied that is large.
// Source: onnx/onnx.proto of ONNX 1.23 (IR 14); older files have fewer fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/base/result.h"

namespace vitrine::onnx {

/// Element types by their numbers in the file; those that have no name here keep their number.
enum class ElementType : int32_t {
    Undefined = 0,
    Float = 1,
    Uint8 = 2,
    Int8 = 3,
    Uint16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    Uint32 = 12,
    Uint64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    Bfloat16 = 16,
    Float8E4M3Fn = 17,
    Float8E4M3Fnuz = 18,
    Float8E5M2 = 19,
    Float8E5M2Fnuz = 20,
    Uint4 = 21,
    Int4 = 22,
    Float4E2M1 = 23,
    Float8E8M0 = 24,
    Uint2 = 25,
    Int2 = 26,
    Float6E2M3 = 27,
    Float6E3M2 = 28
};

/// Numbers that a message lists, packed or one by one.
using Integers = std::vector<int64_t>;
using Bytes = std::span<const std::byte>;

struct Entry {
    std::string_view key, value;
};

struct Tensor {
    std::string_view name;
    ElementType type = ElementType::Undefined;
    Integers dims;
    bool hasRaw = false;
    Bytes raw;
    /// Typed fields, one piece for each time that the file names the field: packed elements.
    std::vector<Bytes> floats, doubles, int32s, int64s, uint64s;
    std::vector<std::string_view> strings;
    bool isExternal = false;
    std::vector<Entry> external;
    bool hasSegment = false;
};

struct SparseTensor {
    Tensor values, indices;
    Integers dims;
};

struct Dim {
    std::optional<int64_t> value = {};
    std::string_view symbol = {};  ///< empty as well: not known
};

/// What a value is.
struct Type {
    enum class Kind : uint8_t { Unknown, Tensor, Sequence, Map, Optional, SparseTensor, Opaque };
    Kind kind = Kind::Unknown;
    ElementType element = ElementType::Undefined;
    std::optional<std::vector<Dim>> shape = {};
    std::shared_ptr<const Type> inner = {};  ///< of a sequence or an optional
};

struct ValueInfo {
    std::string_view name;
    Type type;
};

struct Graph;

struct Attribute {
    /// As the file numbers them.
    enum class Kind : int32_t {
        Undefined = 0,
        Float = 1,
        Int = 2,
        String = 3,
        Tensor = 4,
        Graph = 5,
        Floats = 6,
        Ints = 7,
        Strings = 8,
        Tensors = 9,
        Graphs = 10,
        SparseTensor = 11,
        SparseTensors = 12,
        Type = 13,
        Types = 14
    };
    std::string_view name;
    Kind kind = Kind::Undefined;  ///< files of IR 1 and 2 may leave it out; then by what is there
    std::string_view reference;   ///< inside functions: the function's attribute that it is
    double number = 0;
    int64_t integer = 0;
    std::string_view text;
    std::vector<double> numbers;
    Integers integers;
    std::vector<std::string_view> texts;
    std::vector<Tensor> tensors;                       ///< one of them, of Tensor
    std::vector<std::shared_ptr<const Graph>> graphs;  ///< one of them, of Graph
    std::vector<SparseTensor> sparse;                  ///< one of them, of SparseTensor
    std::optional<Type> type = {};
};

struct Node {
    std::string_view name, opType, domain, overload;
    std::vector<std::string_view> inputs, outputs;  ///< empty: left out
    std::vector<Attribute> attributes;

    const Attribute* find(std::string_view attribute) const;
};

struct Graph {
    std::string_view name;
    std::vector<Node> nodes;
    std::vector<Tensor> initializers;
    std::vector<SparseTensor> sparseInitializers;
    std::vector<ValueInfo> inputs, outputs, values;
};

struct OpsetImport {
    std::string_view domain;  ///< empty: ONNX's own
    int64_t version = 0;
};

struct Function {
    std::string_view name, domain, overload;
    std::vector<std::string_view> inputs, outputs;
    std::vector<std::string_view> attributes;
    std::vector<Attribute> defaults;  ///< attributes that have one
    std::vector<Node> nodes;
    std::vector<OpsetImport> opsets;
};

struct Model {
    std::shared_ptr<const MappedFile> file;  ///< what all views point into
    std::string path;
    int64_t irVersion = 0;
    std::vector<OpsetImport> opsets;
    std::string_view producer, producerVersion, domain, description;
    int64_t version = 0;
    std::vector<Entry> metadata;
    std::optional<Graph> graph;
    std::vector<Function> functions;
    int64_t trainingParts = 0;
    std::vector<uint32_t> unknownFields;  ///< of the model, by their numbers: passed over
};

/// Fewest and most that this program reads.
inline constexpr int64_t oldestIr = 3, newestIr = 14, oldestOpset = 6, newestOpset = 28;

/// The file's structure. Reads the heads of all messages, and of large numbers nothing. Memory: at
/// most 24 MB and 2 × the file. Errors: those of MappedFile::open; "O01" (no ONNX model, or cut,
/// with the byte), "O02" (larger than a message can be, nested past 64), "O03" (no graph, no
/// operator set), "O25" (an archive or a pickle, as PyTorch's are), "G05" (something else that has
/// a name), "O26" (more parts than a file of this size is read with).
Result<Model> readModel(const std::string& path);
/// The same of bytes that are there, which must outlive the model. `path`: for messages, and where
/// external files are looked for.
Result<Model> modelFromBytes(Bytes bytes, const std::string& path);
/// A tensor message alone, such as the test data of ONNX's suite hold. Errors: "O01".
Result<Tensor> tensorFromBytes(Bytes bytes, const std::string& path);

/// `FLOAT16`, as ONNX calls it; `type 99` where it has no name here.
std::string nameOf(ElementType type);

}  // namespace vitrine::onnx
