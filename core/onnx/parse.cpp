// SPDX-License-Identifier: Apache-2.0
// One function for each message of onnx.proto.
#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>
#include <protozero/pbf_reader.hpp>

#include "core/base/content_kind.h"
#include "core/onnx/model.h"

namespace vitrine::onnx {

namespace {

using Reader = protozero::pbf_reader;
using Wire = protozero::pbf_wire_type;

constexpr int deepest = 64;
constexpr size_t largestMessage = (size_t{1} << 32) - 1;

/// What ends the reading, with its code.
struct Trouble {
    std::string code, message;
};

Place placeOf(const std::string& file) {
    Place place;
    place.file = file;
    return place;
}

std::string_view viewOf(const protozero::data_view& view) { return {view.data(), view.size()}; }
Bytes bytesOf(const protozero::data_view& view) {
    return std::as_bytes(std::span(view.data(), view.size()));
}

/// What is done with a field of a message, by its tag.
template <class Take>
struct Field {
    uint32_t tag;
    Take take;
};
template <class Take>
Field(uint32_t, Take) -> Field<Take>;
constexpr uint32_t anyOther = 0;  // no field has it

class Parser {
  public:
    explicit Parser(Bytes bytes)
        : m_begin(bytes.data()), m_most((size_t{24} << 20) + bytes.size() * 2) {}

    Model model(Reader in);
    Tensor tensor(Reader in);
    size_t position() const { return m_at; }

  private:
    /// Goes over a message's fields: each by the one of its tag, others are passed over.
    template <class... Takes>
    void message(Reader& in, const Field<Takes>&... fields) {
        m_at = static_cast<size_t>(reinterpret_cast<const std::byte*>(viewOf(in.data()).data()) -
                                   m_begin);
        if (++m_depth > deepest)
            throw Trouble{"O02", fmt::format("messages are nested past {}", deepest)};
        while (in.next()) {
            const bool isTaken = (takes(in, fields) || ...);
            if (!isTaken) in.skip();
        }
        --m_depth;
    }
    template <class Take>
    static bool takes(const Reader& in, const Field<Take>& field) {
        if (field.tag != in.tag() && field.tag != anyOther) return false;
        field.take();
        return true;
    }

    template <class T>
    T& grow(std::vector<T>& list, T item) {
        m_used += 2 * sizeof(T);
        if (m_used > m_most)
            throw Trouble{"O26", "it has more parts than a file of its size is read with"};
        return list.emplace_back(std::move(item));
    }

    void want(const Reader& in, Wire wire) const {
        if (in.wire_type() != wire)
            throw Trouble{"O01", fmt::format("field {} is of another kind", in.tag())};
    }
    std::string_view text(Reader& in) const {
        want(in, Wire::length_delimited);
        return viewOf(in.get_view());
    }
    int64_t integer(Reader& in) const {
        want(in, Wire::varint);
        return in.get_int64();
    }
    float number(Reader& in) const {
        want(in, Wire::fixed32);
        return in.get_float();
    }
    Bytes raw(Reader& in) const {
        want(in, Wire::length_delimited);
        return bytesOf(in.get_view());
    }
    Reader inner(Reader& in) const {
        want(in, Wire::length_delimited);
        return Reader(in.get_view());
    }
    void integers(Reader& in, Integers& list);
    void numbers(Reader& in, std::vector<double>& list);
    void elements(Reader& in, std::vector<Bytes>& pieces, Wire single);

    Entry entry(Reader in);
    OpsetImport opset(Reader in);
    SparseTensor sparse(Reader in);
    Dim dim(Reader in);
    std::vector<Dim> shape(Reader in);
    Type type(Reader in);
    void tensorType(Reader in, Type& type);
    std::shared_ptr<const Type> innerType(Reader in);
    ValueInfo valueInfo(Reader in);
    Attribute attribute(Reader in);
    Node node(Reader in);
    Graph graph(Reader in);
    Function function(Reader in);

    const std::byte* m_begin;
    size_t m_at = 0;
    int m_depth = 0;
    size_t m_used = 0, m_most;
};

void Parser::integers(Reader& in, Integers& list) {
    if (in.wire_type() != Wire::length_delimited) {
        grow(list, integer(in));
        return;
    }
    for (int64_t value : in.get_packed_int64()) grow(list, value);
}

void Parser::numbers(Reader& in, std::vector<double>& list) {
    if (in.wire_type() != Wire::length_delimited) {
        grow(list, double{number(in)});
        return;
    }
    for (float value : in.get_packed_float()) grow(list, double{value});
}

/// Packed elements as they lie; a single one likewise, without its tag.
void Parser::elements(Reader& in, std::vector<Bytes>& pieces, Wire single) {
    if (in.wire_type() == Wire::length_delimited) {
        grow(pieces, bytesOf(in.get_view()));
        return;
    }
    want(in, single);
    const auto* begin = in.data().data();
    in.skip();
    grow(pieces, std::as_bytes(std::span(begin, in.data().data())));
}

Entry Parser::entry(Reader in) {
    Entry entry;
    message(in, Field{1, [&] { entry.key = text(in); }}, Field{2, [&] { entry.value = text(in); }});
    return entry;
}

OpsetImport Parser::opset(Reader in) {
    OpsetImport opset;
    message(in, Field{1, [&] { opset.domain = text(in); }},
            Field{2, [&] { opset.version = integer(in); }});
    if (opset.domain == "ai.onnx") opset.domain = {};
    return opset;
}

Tensor Parser::tensor(Reader in) {
    Tensor tensor;
    message(in, Field{1, [&] { integers(in, tensor.dims); }},
            Field{2, [&] { tensor.type = static_cast<ElementType>(integer(in)); }},
            Field{3, [&] { in.skip(), tensor.hasSegment = true; }},
            Field{4, [&] { elements(in, tensor.floats, Wire::fixed32); }},
            Field{5, [&] { elements(in, tensor.int32s, Wire::varint); }},
            Field{6, [&] { grow(tensor.strings, text(in)); }},
            Field{7, [&] { elements(in, tensor.int64s, Wire::varint); }},
            Field{8, [&] { tensor.name = text(in); }},
            Field{9, [&] { tensor.raw = raw(in), tensor.hasRaw = true; }},
            Field{10, [&] { elements(in, tensor.doubles, Wire::fixed64); }},
            Field{11, [&] { elements(in, tensor.uint64s, Wire::varint); }},
            Field{13, [&] { grow(tensor.external, entry(inner(in))); }},
            Field{14, [&] { tensor.isExternal = integer(in) == 1; }});
    return tensor;
}

SparseTensor Parser::sparse(Reader in) {
    SparseTensor sparse;
    message(in, Field{1, [&] { sparse.values = tensor(inner(in)); }},
            Field{2, [&] { sparse.indices = tensor(inner(in)); }},
            Field{3, [&] { integers(in, sparse.dims); }});
    return sparse;
}

Dim Parser::dim(Reader in) {
    Dim dim;
    message(in, Field{1, [&] { dim.value = integer(in), dim.symbol = {}; }},
            Field{2, [&] { dim.symbol = text(in), dim.value.reset(); }});
    return dim;
}

std::vector<Dim> Parser::shape(Reader in) {
    std::vector<Dim> dims;
    message(in, Field{1, [&] { grow(dims, dim(inner(in))); }});
    return dims;
}

void Parser::tensorType(Reader in, Type& type) {
    message(in, Field{1, [&] { type.element = static_cast<ElementType>(integer(in)); }},
            Field{2, [&] { type.shape = shape(inner(in)); }});
}

/// The type of what a sequence or an optional holds.
std::shared_ptr<const Type> Parser::innerType(Reader in) {
    std::shared_ptr<const Type> result;
    message(in, Field{1, [&] { result = std::make_shared<const Type>(type(inner(in))); }});
    return result;
}

Type Parser::type(Reader in) {
    Type type;
    const auto is = [&](Type::Kind kind) {
        type.kind = kind;
        return inner(in);
    };
    message(in, Field{1, [&] { tensorType(is(Type::Kind::Tensor), type); }},
            Field{4, [&] { type.inner = innerType(is(Type::Kind::Sequence)); }},
            Field{5, [&] { is(Type::Kind::Map); }}, Field{7, [&] { is(Type::Kind::Opaque); }},
            Field{8, [&] { tensorType(is(Type::Kind::SparseTensor), type); }},
            Field{9, [&] { type.inner = innerType(is(Type::Kind::Optional)); }});
    return type;
}

ValueInfo Parser::valueInfo(Reader in) {
    ValueInfo info;
    message(in, Field{1, [&] { info.name = text(in); }},
            Field{2, [&] { info.type = type(inner(in)); }});
    return info;
}

/// Files of IR 1 and 2 need not say which field counts.
Attribute::Kind kindByContent(const Attribute& a) {
    using Kind = Attribute::Kind;
    if (!a.tensors.empty()) return a.tensors.size() == 1 ? Kind::Tensor : Kind::Tensors;
    if (!a.graphs.empty()) return a.graphs.size() == 1 ? Kind::Graph : Kind::Graphs;
    if (!a.integers.empty()) return Kind::Ints;
    if (!a.numbers.empty()) return Kind::Floats;
    if (!a.texts.empty()) return Kind::Strings;
    if (!a.text.empty()) return Kind::String;
    return a.number != 0 ? Kind::Float : Kind::Int;
}

Attribute Parser::attribute(Reader in) {
    Attribute a;
    const auto addGraph = [&] {
        m_used += sizeof(Graph);
        grow(a.graphs, std::shared_ptr<const Graph>(std::make_shared<Graph>(graph(inner(in)))));
    };
    const auto addTensor = [&] { grow(a.tensors, tensor(inner(in))); };
    const auto addSparse = [&] { grow(a.sparse, sparse(inner(in))); };
    message(in, Field{1, [&] { a.name = text(in); }}, Field{2, [&] { a.number = number(in); }},
            Field{3, [&] { a.integer = integer(in); }}, Field{4, [&] { a.text = text(in); }},
            Field{5, addTensor}, Field{6, addGraph}, Field{7, [&] { numbers(in, a.numbers); }},
            Field{8, [&] { integers(in, a.integers); }}, Field{9, [&] { grow(a.texts, text(in)); }},
            Field{10, addTensor}, Field{11, addGraph}, Field{14, [&] { a.type = type(inner(in)); }},
            Field{20, [&] { a.kind = static_cast<Attribute::Kind>(integer(in)); }},
            Field{21, [&] { a.reference = text(in); }}, Field{22, addSparse}, Field{23, addSparse});
    if (a.kind == Attribute::Kind::Undefined && a.reference.empty()) a.kind = kindByContent(a);
    return a;
}

Node Parser::node(Reader in) {
    Node node;
    message(in, Field{1, [&] { grow(node.inputs, text(in)); }},
            Field{2, [&] { grow(node.outputs, text(in)); }},
            Field{3, [&] { node.name = text(in); }}, Field{4, [&] { node.opType = text(in); }},
            Field{5, [&] { grow(node.attributes, attribute(inner(in))); }},
            Field{7, [&] { node.domain = text(in); }}, Field{8, [&] { node.overload = text(in); }});
    if (node.domain == "ai.onnx") node.domain = {};
    return node;
}

Graph Parser::graph(Reader in) {
    Graph graph;
    message(in, Field{1, [&] { grow(graph.nodes, node(inner(in))); }},
            Field{2, [&] { graph.name = text(in); }},
            Field{5, [&] { grow(graph.initializers, tensor(inner(in))); }},
            Field{11, [&] { grow(graph.inputs, valueInfo(inner(in))); }},
            Field{12, [&] { grow(graph.outputs, valueInfo(inner(in))); }},
            Field{13, [&] { grow(graph.values, valueInfo(inner(in))); }},
            Field{15, [&] { grow(graph.sparseInitializers, sparse(inner(in))); }});
    return graph;
}

Function Parser::function(Reader in) {
    Function f;
    message(in, Field{1, [&] { f.name = text(in); }}, Field{4, [&] { grow(f.inputs, text(in)); }},
            Field{5, [&] { grow(f.outputs, text(in)); }},
            Field{6, [&] { grow(f.attributes, text(in)); }},
            Field{7, [&] { grow(f.nodes, node(inner(in))); }},
            Field{9, [&] { grow(f.opsets, opset(inner(in))); }},
            Field{10, [&] { f.domain = text(in); }},
            Field{11, [&] { grow(f.defaults, attribute(inner(in))); }},
            Field{13, [&] { f.overload = text(in); }});
    if (f.domain == "ai.onnx") f.domain = {};
    return f;
}

Model Parser::model(Reader in) {
    Model model;
    message(in, Field{1, [&] { model.irVersion = integer(in); }},
            Field{2, [&] { model.producer = text(in); }},
            Field{3, [&] { model.producerVersion = text(in); }},
            Field{4, [&] { model.domain = text(in); }},
            Field{5, [&] { model.version = integer(in); }},
            Field{6, [&] { model.description = text(in); }},
            Field{7, [&] { model.graph = graph(inner(in)); }},
            Field{8, [&] { grow(model.opsets, opset(inner(in))); }},
            Field{14, [&] { grow(model.metadata, entry(inner(in))); }},
            Field{20, [&] { in.skip(), ++model.trainingParts; }},
            Field{25, [&] { grow(model.functions, function(inner(in))); }},
            Field{26, [&] { in.skip(); }},
            Field{anyOther, [&] { grow(model.unknownFields, in.tag()), in.skip(); }});
    return model;
}

/// Runs a reading, and says what ended it.
template <class Read>
auto parsed(Bytes bytes, const std::string& path, Read read)
    -> Result<decltype(read(std::declval<Parser&>(), std::declval<Reader>()))> {
    const auto trouble = [&](std::string code, std::string message) {
        return Error{std::move(code), std::move(message), placeOf(path), "Nothing was opened.", ""};
    };
    if (bytes.size() > largestMessage)
        return trouble("O02",
                       fmt::format("{} is larger than an ONNX file can be, which keeps large "
                                   "numbers in files beside it",
                                   path));
    Parser parser(bytes);
    try {
        return read(parser, Reader(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    } catch (const Trouble& found) {
        return trouble(found.code, fmt::format("{} is not read as an ONNX model: at byte {} {}",
                                               path, parser.position(), found.message));
    } catch (const protozero::exception&) {
        return trouble("O01",
                       fmt::format("{} is not an ONNX model, or was cut: it stops in the part "
                                   "that begins at byte {}",
                                   path, parser.position()));
    }
}

/// A file that is no model may be something that has a name. Weights are read elsewhere.
Error withContent(Error error, Bytes bytes, const std::string& path) {
    const std::string_view kind = contentKind(bytes);
    if (kind.empty()) return error;
    const bool isOfPyTorch = kind.starts_with("a zip") || kind.starts_with("a Python pickle");
    error.code = isOfPyTorch ? "O25" : "G05";
    error.message = fmt::format("{} holds {}, wanted an ONNX model", path, kind);
    if (isOfPyTorch)
        error.next =
            "A file of PyTorch or Keras: export the model as ONNX, or open the weights alone.";
    return error;
}

}  // namespace

const Attribute* Node::find(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
}

Result<Model> modelFromBytes(Bytes bytes, const std::string& path) {
    Result<Model> model = parsed(
        bytes, path, [](Parser& parser, const Reader& reader) { return parser.model(reader); });
    if (!model.ok()) return withContent(model.error(), bytes, path);
    model->path = path;
    const auto missing = [&](std::string_view what) {
        return Error{"O03", fmt::format("{} is not an ONNX model: it has no {}", path, what),
                     placeOf(path), "Nothing was opened.", ""};
    };
    if (!model->graph) return withContent(missing("graph"), bytes, path);
    if (model->opsets.empty()) return missing("operator set");
    return model;
}

Result<Model> readModel(const std::string& path) {
    Result<std::shared_ptr<const MappedFile>> file = MappedFile::open(path);
    if (!file.ok()) return file.error();
    Result<Model> model = modelFromBytes((*file)->bytes(), path);
    if (const std::optional<Error> cut = (*file)->trouble()) return *cut;
    if (model.ok()) model->file = std::move(*file);
    return model;
}

Result<Tensor> tensorFromBytes(Bytes bytes, const std::string& path) {
    return parsed(bytes, path,
                  [](Parser& parser, const Reader& reader) { return parser.tensor(reader); });
}

std::string nameOf(ElementType type) {
    constexpr std::array names{
        "UNDEFINED",      "FLOAT",      "UINT8",          "INT8",       "UINT16",    "INT16",
        "INT32",          "INT64",      "STRING",         "BOOL",       "FLOAT16",   "DOUBLE",
        "UINT32",         "UINT64",     "COMPLEX64",      "COMPLEX128", "BFLOAT16",  "FLOAT8E4M3FN",
        "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4",      "INT4",      "FLOAT4E2M1",
        "FLOAT8E8M0",     "UINT2",      "INT2",           "FLOAT6E2M3", "FLOAT6E3M2"};
    const auto number = static_cast<size_t>(type);
    return number < names.size() ? names[number]
                                 : fmt::format("type {}", static_cast<int32_t>(type));
}

}  // namespace vitrine::onnx
