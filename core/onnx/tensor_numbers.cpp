// SPDX-License-Identifier: Apache-2.0
// Raw bytes as views, typed fields by their wire form.
#include "core/onnx/tensor_numbers.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <protozero/varint.hpp>

#include "core/graph/names.h"
#include "core/tensor/element.h"

namespace vitrine::onnx {

namespace {

Error trouble(std::string code, const Tensor& tensor, std::string what) {
    return {std::move(code),
            fmt::format("tensor {}: {}", quoted(tensor.name), what),
            {},
            "Nothing was opened.",
            ""};
}

Result<Shape> shapeOf(const Tensor& tensor) {
    const bool isPossible = tensor.dims.size() <= static_cast<size_t>(Shape::maxRank) &&
                            checkedElements(tensor.dims) >= 0;
    if (isPossible) return Shape(std::span<const int64_t>(tensor.dims));
    return trouble("O12", tensor,
                   fmt::format("its shape is [{}], wanted at most {} extents from 0 on",
                               fmt::join(tensor.dims, ", "), Shape::maxRank));
}

/// More cannot lie in any file.
constexpr int64_t mostElements = int64_t{1} << 40;

/// How many numbers a typed field has: each ends with a byte below 128.
int64_t varintsIn(const std::vector<Bytes>& pieces) {
    int64_t count = 0;
    for (const Bytes& piece : pieces)
        count += std::ranges::count_if(piece, [](std::byte b) { return b < std::byte{0x80}; });
    return count;
}

/// Numbers of one typed field, one after the other; false where its bytes are none.
bool readVarints(const std::vector<Bytes>& pieces, Integers& numbers) {
    numbers.reserve(static_cast<size_t>(varintsIn(pieces)));
    for (const Bytes& piece : pieces) {
        const char* at = reinterpret_cast<const char*>(piece.data());
        const char* end = at + piece.size();
        while (at != end) {
            try {
                numbers.push_back(static_cast<int64_t>(protozero::decode_varint(&at, end)));
            } catch (const protozero::exception&) {
                return false;
            }
        }
    }
    return true;
}

std::vector<std::byte> joined(const std::vector<Bytes>& pieces) {
    std::vector<std::byte> bytes;
    for (const Bytes& piece : pieces) bytes.insert(bytes.end(), piece.begin(), piece.end());
    return bytes;
}

/// Integers of a typed field as elements of a type: the low bits of each, 16-bit floats and smaller
/// by their bits. Packed types have a byte of elements in each number.
std::vector<std::byte> asElements(const Integers& numbers, DType type, int64_t elements) {
    const auto size = isPacked(type) ? size_t{1} : static_cast<size_t>(sizeOf(type));
    std::vector<std::byte> bytes(numbers.size() * size);
    for (size_t i = 0; i < numbers.size(); ++i)
        std::memcpy(bytes.data() + i * size, &numbers[i], size);
    if (isPacked(type) && static_cast<int64_t>(bytes.size()) > bytesOf(type, elements))
        bytes.clear();
    return bytes;
}

/// Elements of typed fields; nothing where the field's bytes are none.
std::optional<std::vector<std::byte>> typedBytes(const Tensor& tensor, DType type,
                                                 int64_t elements) {
    if (type == DType::F32) return joined(tensor.floats);
    if (type == DType::F64) return joined(tensor.doubles);
    const std::vector<Bytes>& field = type == DType::I64                         ? tensor.int64s
                                      : type == DType::U64 || type == DType::U32 ? tensor.uint64s
                                                                                 : tensor.int32s;
    Integers numbers;
    if (!readVarints(field, numbers)) return {};
    return asElements(numbers, type, elements);
}

bool hasTyped(const Tensor& tensor) {
    return !tensor.floats.empty() || !tensor.doubles.empty() || !tensor.int32s.empty() ||
           !tensor.int64s.empty() || !tensor.uint64s.empty() || !tensor.strings.empty();
}

/// 16-bit floats are computed with as F32.
Numbers widened(const TensorData& data) {
    if (computedType(data.dtype) == data.dtype) return std::make_shared<const TensorData>(data);
    const int64_t count = data.shape.elements();
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(DType::F32, count)));
    for (int64_t i = 0; i < count; ++i) {
        const auto number = static_cast<float>(readElement(data.bytes.data(), data.dtype, i));
        std::memcpy(bytes.data() + static_cast<size_t>(i) * sizeof number, &number, sizeof number);
    }
    return TensorData::of(DType::F32, data.shape, std::move(bytes));
}

int64_t lengthOf(const std::vector<Bytes>& pieces) {
    int64_t bytes = 0;
    for (const Bytes& piece : pieces) bytes += std::ssize(piece);
    return bytes;
}

/// What makes Bool of bytes that are neither 0 nor 1.
Numbers withTruth(TensorData data) {
    const auto isTruth = [](std::byte b) { return b == std::byte{0} || b == std::byte{1}; };
    if (data.dtype != DType::Bool || std::ranges::all_of(data.bytes, isTruth)) return widened(data);
    std::vector<std::byte> bytes(data.bytes.begin(), data.bytes.end());
    for (std::byte& b : bytes) b = b == std::byte{0} ? b : std::byte{1};
    return TensorData::of(DType::Bool, data.shape, std::move(bytes));
}

template <class From, class To>
void convert(const TensorData& from, std::vector<std::byte>& to) {
    for (size_t i = 0; i < to.size() / sizeof(To); ++i) {
        From number;
        std::memcpy(&number, from.bytes.data() + i * sizeof number, sizeof number);
        const To wide = static_cast<To>(number);
        std::memcpy(to.data() + i * sizeof wide, &wide, sizeof wide);
    }
}

}  // namespace

int64_t madeBytes(const Tensor& tensor) {
    constexpr int64_t integer = 8;  // a varint is one first, then an element
    const std::optional<DType> type = storedType(tensor.type);
    const int64_t elements = checkedElements(tensor.dims);
    if (!type || elements < 0) return 0;
    const int64_t size = sizeOf(*type);
    int64_t bytes = lengthOf(tensor.floats) + lengthOf(tensor.doubles);
    for (const auto* field : {&tensor.int32s, &tensor.int64s, &tensor.uint64s})
        bytes += varintsIn(*field) * (integer + size);
    const bool isWidened = computedType(*type) != *type && elements < mostElements;
    return bytes + (isWidened ? elements * sizeOf(DType::F32) : 0);
}

DType keptType(DType type) {
    const bool isWide = type == DType::U32 || type == DType::U64;
    return isAnyFloat(type) ? DType::F32 : isWide ? DType::I64 : DType::I32;
}

Numbers converted(const TensorData& from, DType type) {
    const int64_t count = from.shape.elements();
    std::vector<std::byte> to(static_cast<size_t>(bytesOf(type, count)));
    if (type == DType::I32 && from.dtype == DType::U8)
        convert<uint8_t, int32_t>(from, to);
    else if (type == DType::I32 && from.dtype == DType::I8)
        convert<int8_t, int32_t>(from, to);
    else if (type == DType::I64 && from.dtype == DType::U64)  // the same bits, for the cast back
        convert<uint64_t, int64_t>(from, to);
    else
        for (int64_t i = 0; i < count; ++i)
            writeElement(to.data(), type, i, readElement(from.bytes.data(), from.dtype, i));
    return TensorData::of(type, from.shape, std::move(to));
}

Result<Numbers> numbersOf(const Tensor& tensor, ExternalFiles& files,
                          const std::shared_ptr<const void>& owner) {
    const std::optional<DType> type = storedType(tensor.type);
    if (!type || tensor.hasSegment)
        return trouble("O05", tensor,
                       tensor.hasSegment ? std::string("it is one segment of a tensor")
                                         : fmt::format("it is of {}", nameOf(tensor.type)));
    const Result<Shape> shape = shapeOf(tensor);
    if (!shape.ok()) return shape.error();
    const auto wanted = static_cast<size_t>(bytesOf(*type, shape->elements()));
    const auto checked = [&](Bytes bytes, std::shared_ptr<const void> keeps) -> Result<Numbers> {
        if (bytes.size() == wanted)
            return withTruth(TensorData{*type, *shape, bytes, std::move(keeps)});
        return trouble("O11", tensor,
                       fmt::format("it has {} bytes, its shape {} of {} wants {}", bytes.size(),
                                   shape->text(), nameOf(tensor.type), wanted));
    };
    if ((tensor.hasRaw && !tensor.raw.empty()) + hasTyped(tensor) + tensor.isExternal > 1)
        return trouble("O11", tensor, "it has its numbers in two ways");
    if (tensor.isExternal) {
        Result<ExternalBytes> external = files.bytesOf(tensor);
        if (!external.ok()) return external.error();
        return checked(external->bytes, external->file);
    }
    if (tensor.hasRaw && !hasTyped(tensor)) return checked(tensor.raw, owner);
    std::optional<std::vector<std::byte>> bytes = typedBytes(tensor, *type, shape->elements());
    if (!bytes) return trouble("O11", tensor, "its numbers are damaged");
    auto kept = std::make_shared<const std::vector<std::byte>>(std::move(*bytes));
    return checked(*kept, kept);
}

int64_t madeBytes(const SparseTensor& tensor) {
    const std::optional<DType> type = storedType(tensor.values.type);
    const int64_t elements = checkedElements(tensor.dims);
    if (!type || elements < 0) return 0;
    return madeBytes(tensor.values) + madeBytes(tensor.indices) +
           (elements < mostElements ? elements * sizeOf(computedType(*type)) : 0);
}

Result<Numbers> numbersOf(const SparseTensor& sparse, ExternalFiles& files,
                          const std::shared_ptr<const void>& owner) {
    Tensor whole;
    whole.name = sparse.values.name;
    whole.type = sparse.values.type;
    whole.dims = sparse.dims;
    const Result<Shape> shape = shapeOf(whole);
    if (!shape.ok()) return shape.error();
    Result<Numbers> values = numbersOf(sparse.values, files, owner);
    if (!values.ok()) return values;
    Result<Numbers> places = numbersOf(sparse.indices, files, owner);
    if (!places.ok()) return places;
    const int64_t count = (*values)->shape.elements();
    const bool isFlat = (*places)->shape.rank() == 1;
    const int64_t width = isFlat ? 1 : shape->rank();
    constexpr int64_t most = int64_t{1} << 28;
    if ((*places)->dtype != DType::I64 || (*places)->shape.elements() != count * width ||
        shape->elements() > most)
        return trouble("O12", whole, "its places do not fit its shape");
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf((*values)->dtype, shape->elements())));
    const Shape strides = contiguousStrides(*shape);
    for (int64_t i = 0; i < count; ++i) {
        int64_t place = 0;
        bool isInside = true;
        for (int64_t k = 0; k < width; ++k) {
            int64_t index = 0;
            std::memcpy(&index, (*places)->bytes.data() + (i * width + k) * 8, sizeof index);
            const int64_t extent = isFlat ? shape->elements() : (*shape)[static_cast<int>(k)];
            isInside = isInside && index >= 0 && index < extent;
            place += isInside ? index * (isFlat ? 1 : strides[static_cast<int>(k)]) : 0;
        }
        if (!isInside) return trouble("O12", whole, "a place is outside of its shape");
        writeElement(bytes.data(), (*values)->dtype, place,
                     readElement((*values)->bytes.data(), (*values)->dtype, i));
    }
    return TensorData::of((*values)->dtype, *shape, std::move(bytes));
}

}  // namespace vitrine::onnx
