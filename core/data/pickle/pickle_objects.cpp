// SPDX-License-Identifier: Apache-2.0
// What classes of the list become: arrays, types of numbers, bytes. Their arguments are looked at;
// nothing is called.
#include <fmt/format.h>

#include <limits>

#include "core/base/file.h"
#include "core/data/arrays/npy.h"
#include "core/data/pickle/pickle_reader.h"
#include "core/data/pickle/pickle_text.h"

namespace vitrine {

namespace {

constexpr size_t mostArguments = 16, longestType = 16, mostAxes = 64;

}  // namespace

const PickleValue* PickleReader::argument(const PickleValue& arguments, size_t index,
                                          PickleKind kind) const {
    if (arguments.kind != PickleKind::List || index >= arguments.items.size()) return nullptr;
    const PickleValue& value = m_data.at(arguments.items[index]);
    return value.kind == kind ? &value : nullptr;
}

void PickleReader::reduce() {
    const auto both = popSome(2);
    if (isOver()) return;
    if (m_data.at(both[0]).kind != PickleKind::Class ||
        m_data.at(both[1]).kind != PickleKind::List ||
        m_data.at(both[1]).items.size() > mostArguments)
        return fail(damaged("something else than a class is to be made"));
    make(static_cast<PickleClass>(m_data.at(both[0]).integer), both[1]);
}

void PickleReader::make(PickleClass made, Place place) {
    const PickleValue arguments = m_data.at(place);
    switch (made) {
        case PickleClass::Reconstruct:
            push({.kind = PickleKind::Array,
                  .array = {.extents = {0}}});  // no numbers until its state comes
            return;
        case PickleClass::OrderedDict:
            push({.kind = PickleKind::Dict});
            return;
        case PickleClass::FromBuffer:
            makeFromBuffer(arguments);
            return;
        case PickleClass::Scalar:
            makeScalar(arguments);
            return;
        case PickleClass::NumberType:
            if (const auto* name = argument(arguments, 0, PickleKind::Text);
                name && name->text.size() <= longestType) {
                push({.kind = PickleKind::DType, .text = name->text});
                return;
            }
            break;
        case PickleClass::Encode:
            if (const auto* text = argument(arguments, 0, PickleKind::Text)) {
                pushMadeText(latinBytes(text->text));
                return;
            }
            break;
        case PickleClass::Bytes:
            if (arguments.items.empty() || argument(arguments, 0, PickleKind::Text)) {
                pushText(arguments.items.empty() ? std::string_view()
                                                 : m_data.at(arguments.items[0]).text);
                return;
            }
            break;
        default:
            return makeOfTensors(made, place);
    }
    fail(damaged("a class has other arguments than it takes"));
}

/// What PyTorch writes; arguments of tensors are looked at by whoever reads the file.
void PickleReader::makeOfTensors(PickleClass made, Place place) {
    const PickleValue& arguments = m_data.at(place);
    const size_t count = arguments.items.size();
    switch (made) {
        case PickleClass::Tensor:
            if (!argument(arguments, 0, PickleKind::Storage)) break;
            push({.kind = PickleKind::Tensor, .items = arguments.items});
            return;
        case PickleClass::Parameter:
            if (!argument(arguments, 0, PickleKind::Tensor)) break;
            m_stack.push_back(arguments.items[0]);
            return;
        case PickleClass::FromType:
            if (const auto* maker = argument(arguments, 0, PickleKind::Class),
                *of = argument(arguments, 2, PickleKind::List);
                maker && of && of->items.size() <= mostArguments &&
                maker->integer == static_cast<int64_t>(PickleClass::Tensor))
                return make(PickleClass::Tensor, arguments.items[2]);
            break;
        case PickleClass::First:
            if (count == 0) return pushList({});
            m_stack.push_back(arguments.items[0]);
            return;
        case PickleClass::Set:
            if (count == 0) return pushList({});
            if (!argument(arguments, 0, PickleKind::List)) break;
            m_stack.push_back(arguments.items[0]);
            return;
        case PickleClass::DefaultDict:
            push({.kind = PickleKind::Dict});
            return;
        default:
            break;
    }
    fail(damaged("a class has other arguments than it takes"));
}

/// ('storage', type, key, place, elements), and in files of PyTorch 1.5 and older a view of them.
void PickleReader::pushStorage(Place what) {
    if (isOver()) return;
    const PickleValue& tuple = m_data.at(what);
    const auto* kind = argument(tuple, 0, PickleKind::Text);
    if (!kind || kind->text != "storage" || tuple.items.size() > mostArguments ||
        !argument(tuple, 1, PickleKind::Class) || !argument(tuple, 2, PickleKind::Text) ||
        !argument(tuple, 4, PickleKind::Integer))
        return fail(damaged("something else than a storage lies outside of the pickle"));
    push({.kind = PickleKind::Storage, .items = tuple.items});
}

/// The state of what was made: an array's (version, shape, type, order, bytes) or a type's
/// (version, byte order, …).
void PickleReader::build() {
    const Place statePlace = pop(), target = top();
    if (isOver()) return;
    const PickleValue& state = m_data.at(statePlace);
    PickleValue& value = m_data.m_values[target];
    // What modules and parameters of PyTorch carry besides their numbers.
    if (m_use == PickleUse::Tensors &&
        (value.kind == PickleKind::Dict || value.kind == PickleKind::Tensor))
        return;
    if (value.kind == PickleKind::DType) {
        const auto* order = argument(state, 1, PickleKind::Text);
        if (!order || order->text.size() != 1) return fail(damaged("a type has another state"));
        if (value.text.size() > longestType)
            return fail(damaged("a type is built again and again"));
        m_data.m_made.push_back(std::string(order->text) + std::string(value.text));
        value.text = m_data.m_made.back();
        return;
    }
    const auto* shape = argument(state, 1, PickleKind::List);
    const auto* type = argument(state, 2, PickleKind::DType);
    const auto* order = argument(state, 3, PickleKind::Bool);
    const auto* bytes = argument(state, 4, PickleKind::Text);
    NumberArray array;
    if (value.kind != PickleKind::Array || !shape || !type || !bytes)
        return fail(damaged("an array has another state than numbers have"));
    array.isFortran = order && order->integer != 0;
    if (setArray(array, *shape, *type, bytes->text)) value.array = std::move(array);
}

void PickleReader::makeFromBuffer(const PickleValue& arguments) {
    const auto* bytes = argument(arguments, 0, PickleKind::Text);
    const auto* type = argument(arguments, 1, PickleKind::DType);
    const auto* shape = argument(arguments, 2, PickleKind::List);
    const auto* order = argument(arguments, 3, PickleKind::Text);
    if (!bytes || !type || !shape || !order)
        return fail(damaged("an array has other arguments than it takes"));
    NumberArray array{.isFortran = order->text == "F"};
    if (setArray(array, *shape, *type, bytes->text))
        push({.kind = PickleKind::Array, .array = std::move(array)});
}

void PickleReader::makeScalar(const PickleValue& arguments) {
    const auto* type = argument(arguments, 0, PickleKind::DType);
    const auto* bytes = argument(arguments, 1, PickleKind::Text);
    NumberArray array;
    if (!type || !bytes) return fail(damaged("a number has other arguments than it takes"));
    if (!setArray(array, {.kind = PickleKind::List}, *type, bytes->text)) return;
    if (isFloat(array.type))
        push({.kind = PickleKind::Real, .real = double{floatsOf(array)[0]}});
    else
        pushInteger(integersOf(array)[0]);
}

/// False with trouble: the type is not read, or the bytes are not those of the shape.
bool PickleReader::setArray(NumberArray& array, const PickleValue& shape, const PickleValue& type,
                            std::string_view bytes) {
    if (!setNumberType(type.text, array)) {
        fail(refused(
            fmt::format("it holds an array of '{}'; whole numbers, floats and bool are read",
                        printable(type.text, 40))));
        return false;
    }
    auto claimed = static_cast<int64_t>(sizeOf(array.type));
    if (shape.items.size() > mostAxes) fail(damaged("the shape of an array is none"));
    if (isOver()) return false;
    for (const Place place : shape.items) {
        const PickleValue& extent = m_data.at(place);
        const bool isGood = extent.kind == PickleKind::Integer && extent.integer >= 0 &&
                            (extent.integer == 0 ||
                             claimed <= std::numeric_limits<int64_t>::max() / extent.integer);
        if (!isGood) {
            fail(damaged("the shape of an array is none"));
            return false;
        }
        claimed *= extent.integer;
        array.extents.push_back(extent.integer);
    }
    if (claimed != std::ssize(bytes)) {
        fail(damaged(fmt::format("an array {} should have {} bytes and has {}", array.text(),
                                 fmt::group_digits(claimed), fmt::group_digits(bytes.size()))));
        return false;
    }
    array.bytes = std::as_bytes(std::span(bytes));
    return true;
}

}  // namespace vitrine
