// SPDX-License-Identifier: Apache-2.0
// Parameters key by key.
#include "core/io/parameter_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/graph/names.h"
#include "core/graph/parameter_use.h"
#include "core/io/json_fields.h"
#include "core/io/project_path.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

Error wrong(const std::string& id, std::string_view what) {
    return {"P11", fmt::format("parameter {}: {}", vitrine::quoted(id), what), {}, {}, {}};
}

/// The number with the fewest decimals that is this one in float32.
double shortest(float value) {
    std::array<char, 32> text{};
    const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double number = value;
    std::from_chars(text.data(), end, number);
    return number;
}

/// JSON has no word for what is not finite.
Json numberToJson(const TensorData& data, int64_t index) {
    const double value = readElement(data.bytes.data(), data.dtype, index);
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    if (!isFloat(data.dtype)) return static_cast<int64_t>(value);
    return data.dtype == DType::F32 ? shortest(static_cast<float>(value)) : value;
}

std::optional<double> numberFromJson(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (value == "inf") return std::numeric_limits<double>::infinity();
    if (value == "-inf") return -std::numeric_limits<double>::infinity();
    return {};
}

/// Whether a number of the file is one of that type.
bool fits(double number, DType dtype) {
    if (dtype == DType::F32)
        return !std::isfinite(number) || std::abs(number) <= std::numeric_limits<float>::max();
    if (isFloat(dtype)) return true;
    const double most = dtype == DType::I32 ? 2147483647.0 : 9007199254740992.0;
    return std::trunc(number) == number && std::abs(number) <= most;
}

Result<std::shared_ptr<const TensorData>> numbers(const Parameter& parameter, const Json& list) {
    const ValueShape& type = *parameter.type;
    const int64_t count = checkedElements(type.shape.dims());
    if (!list.is_array() || static_cast<int64_t>(list.size()) != count)
        return wrong(parameter.id, fmt::format("'values' is no list of {} numbers", count));
    std::vector<std::byte> bytes(static_cast<size_t>(count * sizeOf(type.dtype)));
    for (int64_t i = 0; i < count; ++i) {
        const auto number = numberFromJson(list[static_cast<size_t>(i)]);
        if (!number || !fits(*number, type.dtype))
            return wrong(parameter.id, fmt::format("entry {} of 'values' is no number of type {}",
                                                   i, name(type.dtype)));
        writeElement(bytes.data(), type.dtype, i, *number);
    }
    return TensorData::of(type.dtype, type.shape, std::move(bytes));
}

Result<DType> dtypeNamed(const std::string& id, const std::string& word) {
    for (DType type : {DType::F32, DType::F64, DType::I32, DType::I64})
        if (word == name(type)) return type;
    return wrong(id,
                 fmt::format("'dtype' is {}, wanted f32, f64, i32 or i64", vitrine::quoted(word)));
}

Result<Shape> shapeFrom(const std::string& id, const Json& list) {
    Shape shape;
    const bool isList = list.is_array() && list.size() <= Shape::maxRank;
    if (!isList)
        return wrong(id, fmt::format("'shape' is no list of at most {} numbers", Shape::maxRank));
    for (const Json& extent : list) {
        if (!extent.is_number_integer() || extent.get<int64_t>() < 1)
            return wrong(id, "'shape' has an entry that is no positive whole number");
        shape.push(extent.get<int64_t>());
    }
    if (checkedElements(shape.dims()) < 0)
        return wrong(id, fmt::format("'shape' is {}, which is too large", shape.text()));
    return shape;
}

Result<void> readType(JsonObject& object, Parameter& parameter) {
    const Json* shape = object.find("shape");
    if (!shape && !object.find("dtype")) return {};
    if (!shape) return wrong(parameter.id, "'dtype' stands there without 'shape'");
    const Result<Shape> extents = shapeFrom(parameter.id, *shape);
    if (!extents) return extents.error();
    const Result<std::string> word = object.text("dtype");
    if (!word) return word.error();
    const Result<DType> dtype = dtypeNamed(parameter.id, *word);
    if (!dtype) return dtype.error();
    parameter.type = ValueShape{*extents, *dtype};
    return {};
}

Result<void> readStart(JsonObject& object, Parameter& parameter) {
    if (object.find("init")) {
        const Result<std::string> word = object.text("init");
        if (!word) return word.error();
        parameter.init = initKind(*word);
        if (!parameter.init)
            return wrong(parameter.id, fmt::format("'init' is {}", vitrine::quoted(*word)));
    }
    if (object.find("file")) {
        Result<std::string> file = object.text("file"), tensor = object.text("tensor");
        if (!file) return file.error();
        if (!tensor) return tensor.error();
        if (!checkDataFolder(*file)) return wrong(parameter.id, "'file' is no path");
        parameter.file = ParameterFile{std::move(file).value(), std::move(tensor).value()};
        parameter.trouble = fileNotReadYet;
    }
    if (const Json* values = object.find("values")) {
        if (!parameter.type || parameter.file)
            return wrong(parameter.id, "'values' go with 'dtype' and 'shape', and without 'file'");
        auto data = numbers(parameter, *values);
        if (!data) return data.error();
        parameter = withData(std::move(parameter), *data);
    }
    return {};
}

}  // namespace

Json parameterToJson(const Parameter& parameter, const std::string& projectFile) {
    Json json = {{"id", parameter.id}, {"kind", std::string(name(parameter.kind))}};
    if (parameter.type) {
        json["dtype"] = std::string(name(parameter.type->dtype));
        json["shape"] = parameter.type->shape.dims();
    }
    if (parameter.init) json["init"] = std::string(name(*parameter.init));
    if (parameter.file) {
        const auto stored = storedFolder(parameter.file->path, projectFile);
        json["file"] = stored ? *stored : parameter.file->path;
        json["tensor"] = parameter.file->tensor;
    } else if (parameter.data) {
        Json values = Json::array();
        for (int64_t i = 0; i < parameter.data->shape.elements(); ++i)
            values.push_back(numberToJson(*parameter.data, i));
        json["values"] = std::move(values);
    }
    return json;
}

Result<Parameter> parameterFromJson(const Json& value, size_t index) {
    Result<JsonObject> object = JsonObject::of(value, fmt::format("graph.parameters[{}]", index));
    if (!object) return object.error();
    const Result<std::string> id = object->text("id"), kind = object->text("kind");
    if (!id) return id.error();
    if (!kind) return kind.error();
    Parameter parameter{.id = *id};
    VITRINE_TRY(checkParameterId(parameter.id));
    const auto known = parameterKind(*kind);
    if (!known)
        return wrong(*id, fmt::format("'kind' is {}, wanted trained, frozen, statistic or constant",
                                      vitrine::quoted(*kind)));
    parameter.kind = *known;
    VITRINE_TRY(readType(*object, parameter));
    VITRINE_TRY(readStart(*object, parameter));
    VITRINE_TRY(object->finish());
    return parameter;
}

}  // namespace vitrine
