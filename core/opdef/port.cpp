// SPDX-License-Identifier: Apache-2.0
// Counting of repeated ports, and their names.
#include "core/opdef/port.h"

#include <charconv>

namespace vitrine {

std::string DTypes::text() const {
    if (*this == floatTypes) return "floating-point numbers";
    if (*this == indexTypes) return "whole numbers";
    if (*this == numberTypes) return "numbers";
    if (*this == realOrWholeTypes) return "f32, f64 or whole numbers";
    if (*this == orderedTypes) return "f32, f64, whole numbers or bool";
    if (*this == everyType) return "any type of whole bytes";
    if (*this == storedTypes) return "any type";
    std::string words;
    for (DType type : allDTypes) {
        if (!contains(type)) continue;
        if (!words.empty()) words += " or ";
        words += name(type);
    }
    return words;
}

PortPlace placeOf(std::span<const PortSpec> ports, size_t count, size_t k) {
    const auto place = static_cast<int>(k);
    const int repeated = repeatedPort(ports);
    if (repeated < 0 || place < repeated) return {place, 0};
    const int times = static_cast<int>(count) - static_cast<int>(ports.size()) + 1;
    if (place < repeated + times) return {repeated, place - repeated};
    return {place - times + 1, 0};
}

std::string nameOf(std::span<const PortSpec> ports, const PortPlace& place) {
    const PortSpec& port = ports[static_cast<size_t>(place.port)];
    std::string name(port.id);
    if (port.repeat.isRepeated()) name += std::to_string(place.index);
    return name;
}

std::optional<PortPlace> findPort(std::span<const PortSpec> ports, std::string_view name) {
    for (size_t i = 0; i < ports.size(); ++i) {
        const PortSpec& port = ports[i];
        PortPlace place{static_cast<int>(i), 0};
        if (!port.repeat.isRepeated()) {
            if (port.id == name) return place;
            continue;
        }
        if (!name.starts_with(port.id)) continue;
        const std::string_view number = name.substr(port.id.size());
        const auto [stop, error] =
            std::from_chars(number.data(), number.data() + number.size(), place.index);
        const bool isNumber = error == std::errc{} && stop == number.data() + number.size();
        if (isNumber && place.index >= 0 && place.index < port.repeat.most &&
            nameOf(ports, place) == name)
            return place;
    }
    return std::nullopt;
}

}  // namespace vitrine
