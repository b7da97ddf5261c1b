// SPDX-License-Identifier: Apache-2.0
// Reading of patterns, and the names that operands give extents.
#include "core/opdef/port_patterns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "core/opdef/shape_rules.h"

namespace vitrine {

namespace {

constexpr std::string_view dots = "…";

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// The part before a separator, which goes.
std::string_view takePart(std::string_view& text, std::string_view separator) {
    const size_t at = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + separator.size(), text.size()));
    return trimmed(part);
}

struct Item {
    std::string_view text;          ///< as it is written
    std::string_view name = {};     ///< empty: a number, or extents that nobody names
    std::string_view divisor = {};  ///< a field; empty: none
    int64_t number = -1;
    bool isRest = false;  ///< any number of extents
};
using Items = std::vector<Item>;

Item itemOf(std::string_view text) {
    Item item{.text = text};
    if (text.ends_with(dots)) {
        item.isRest = true;
        item.name = text.substr(0, text.size() - dots.size());
        return item;
    }
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), item.number);
    if (error == std::errc{} && stop == text.data() + text.size()) return item;
    item.number = -1;
    std::string_view rest = text;
    item.name = takePart(rest, "/");
    item.divisor = trimmed(rest);
    return item;
}

/// `[N, …]` → N and the rest.
Items itemsOf(std::string_view pattern) {
    VITRINE_CHECK(pattern.starts_with('[') && pattern.ends_with(']'), "patterns have brackets");
    std::string_view inside = pattern.substr(1, pattern.size() - 2);
    Items items;
    while (!inside.empty()) items.push_back(itemOf(takePart(inside, ",")));
    return items;
}

class Names {
  public:
    explicit Names(const Attrs& attrs) : m_attrs(attrs) {}

    /// Takes over the names of the first alternative that fits.
    bool take(std::string_view pattern, const Shape& shape) {
        const std::vector<std::string_view> all = alternatives(pattern);
        for (size_t i = 0; i < all.size(); ++i) {
            if (!isOpen(all, i)) continue;
            const size_t extents = m_extents.size(), rests = m_rests.size();
            if (fit(itemsOf(all[i]), shape)) {
                if (all.size() > 1) m_alternative = i;
                return true;
            }
            m_extents.resize(extents);
            m_rests.resize(rests);
        }
        return false;
    }

    /// The pattern with all that is known in it: `[2, C, H, W]`.
    std::string text(std::string_view pattern) const {
        const std::vector<std::string_view> all = alternatives(pattern);
        std::vector<std::string> texts;
        for (size_t i = 0; i < all.size(); ++i) {
            if (!isOpen(all, i)) continue;
            std::vector<std::string> items;
            for (const Item& item : itemsOf(all[i]))
                if (std::string known = text(item); !known.empty())
                    items.push_back(std::move(known));
            texts.push_back(fmt::format("[{}]", fmt::join(items, ", ")));
        }
        return fmt::format("{}", fmt::join(texts, " or "));
    }

  private:
    using Extents = std::vector<int64_t>;
    /// By name, as they were taken; a few, so that searching one after the other is quickest.
    template <class T>
    using ByName = std::vector<std::pair<std::string_view, T>>;
    template <class T>
    static const T* find(const ByName<T>& known, std::string_view name) {
        for (const auto& [other, value] : known)
            if (other == name) return &value;
        return nullptr;
    }

    static std::vector<std::string_view> alternatives(std::string_view pattern) {
        std::vector<std::string_view> all;
        while (!pattern.empty()) all.push_back(takePart(pattern, " or "));
        return all;
    }
    /// What the first port with alternatives has taken, the others take as well.
    bool isOpen(const std::vector<std::string_view>& all, size_t i) const {
        return all.size() == 1 || !m_alternative || *m_alternative == i;
    }

    bool fit(const Items& items, const Shape& shape) {
        if (items.empty()) return shape.elements() == 1;
        const auto rest =
            std::find_if(items.begin(), items.end(), [](const Item& item) { return item.isRest; });
        const auto dims = shape.dims();
        const size_t named = items.size() - (rest != items.end() ? 1 : 0);
        if (dims.size() < named || (rest == items.end() && dims.size() != named)) return false;
        const auto front = static_cast<size_t>(rest - items.begin());
        for (size_t i = 0; i < front; ++i)
            if (!fit(items[i], dims[i])) return false;
        for (size_t i = front + 1; i < items.size(); ++i)
            if (!fit(items[i], dims[dims.size() - items.size() + i])) return false;
        return rest == items.end() || fitRest(*rest, dims.subspan(front, dims.size() - named));
    }

    bool fit(const Item& item, int64_t extent) {
        if (item.number >= 0) return extent == item.number;
        const int64_t* known = find(m_extents, item.name);
        if (!item.divisor.empty())
            return !known || extent * m_attrs.integer(item.divisor) == *known;
        if (known) return extent == *known;
        m_extents.emplace_back(item.name, extent);
        return true;
    }

    bool fitRest(const Item& item, std::span<const int64_t> dims) {
        if (item.name.empty()) return true;
        if (const Extents* known = find(m_rests, item.name))
            return std::ranges::equal(*known, dims);
        m_rests.emplace_back(item.name, Extents(dims.begin(), dims.end()));
        return true;
    }

    std::string text(const Item& item) const {
        if (item.isRest) {
            const Extents* known = find(m_rests, item.name);
            return known ? fmt::format("{}", fmt::join(*known, ", ")) : std::string(dots);
        }
        const int64_t* known = find(m_extents, item.name);
        if (item.number >= 0 || !known) return std::string(item.text);
        if (item.divisor.empty()) return std::to_string(*known);
        const int64_t parts = m_attrs.integer(item.divisor);
        return *known % parts == 0 ? std::to_string(*known / parts) : std::string(item.text);
    }

    const Attrs& m_attrs;
    std::optional<size_t> m_alternative;
    ByName<int64_t> m_extents;
    ByName<Extents> m_rests;
};

Error shapeOf(const PortSpec& port, const std::string& name, const ValueShape& found,
              const Names& names) {
    if (port.pattern == "[]")
        return shapeError(fmt::format("{} needs one element, got {}", name, found.shape.text()));
    std::string message = fmt::format("{} needs shape {}, got {}", name, names.text(port.pattern),
                                      found.shape.text());
    if (!port.remedy.empty()) message += fmt::format(": {}", port.remedy);
    return shapeError(std::move(message));
}

/// One after the other, as they are called.
/// The one of several types that most networks compute with.
DType usualOf(DTypes types) {
    for (const DType type : {DType::F32, DType::I32})
        if (types.contains(type)) return type;
    return *std::ranges::find_if(allDTypes, [&](DType type) { return types.contains(type); });
}

std::string castAdvice(std::string_view port, DType wanted) {
    return fmt::format("Put a cast with '{}' as its type in front of {}.", name(wanted), port);
}

class Check {
  public:
    explicit Check(const Attrs& attrs) : m_names(attrs) {}

    Result<void> operator()(std::span<const PortSpec> ports, std::span<const ValueShape> types) {
        for (size_t k = 0; k < types.size(); ++k) {
            if (!types[k].isThere) continue;
            const PortPlace place = placeOf(ports, types.size(), k);
            const PortSpec& port = ports[static_cast<size_t>(place.port)];
            VITRINE_TRY(checkType(port, nameOf(ports, place), types[k].dtype));
            if (port.broadcasts) {
                VITRINE_TRY(join(nameOf(ports, place), types[k].shape));
                continue;
            }
            if (!m_names.take(port.pattern, types[k].shape))
                return shapeOf(port, nameOf(ports, place), types[k], m_names);
        }
        // Results are what they are together.
        for (const PortSpec& port : ports)
            if (port.broadcasts)
                VITRINE_CHECK(m_names.take(port.pattern, m_common), "S is free until here");
        return {};
    }

  private:
    struct Known {
        DTypes types;
        DType type;
        std::string name;
    };

    Result<void> checkType(const PortSpec& port, std::string name, DType type) {
        if (!port.types.contains(type)) {
            Error error = shapeError(
                fmt::format("{} needs {}, got {}", name, port.types.text(), vitrine::name(type)));
            error.next = castAdvice(name, usualOf(port.types));
            return error;
        }
        if (port.hasOwnType) return {};
        for (const Known& known : m_known) {
            if (known.types != port.types) continue;
            if (known.type == type) return {};
            Error error =
                shapeError(fmt::format("{} needs {} like {}, got {}", name,
                                       vitrine::name(known.type), known.name, vitrine::name(type)));
            // A node's own weights have no edge that a cast could go into.
            error.next = port.role == PortRole::Value ? castAdvice(name, known.type)
                                                      : castAdvice(known.name, type);
            return error;
        }
        m_known.push_back({port.types, type, std::move(name)});
        return {};
    }

    Result<void> join(std::string name, const Shape& shape) {
        const std::optional<Shape> both = broadcastShape(m_common, shape);
        if (!both)
            return shapeError(fmt::format("{} needs extents that repeat to {}, got {}", name,
                                          m_common.text(), shape.text()));
        m_common = *both;
        return {};
    }

    Names m_names;
    std::vector<Known> m_known;
    Shape m_common;  ///< of the operands that broadcast
};

}  // namespace

bool portExists(const PortSpec& port, const Attrs& attrs) {
    for (std::string_view rest = port.onlyIf; !rest.empty();)
        if (!attrs.flag(takePart(rest, " "))) return false;
    return true;
}

std::string conditionOf(const PortSpec& port) {
    std::vector<std::string> fields;
    for (std::string_view rest = port.onlyIf; !rest.empty();)
        fields.push_back(fmt::format("'{}'", takePart(rest, " ")));
    return fmt::format("{}", fmt::join(fields, " and "));
}

Result<void> checkOperands(std::span<const PortSpec> inputs, const Attrs& attrs,
                           std::span<const ValueShape> in) {
    return Check(attrs)(inputs, in);
}

Result<void> checkResults(std::span<const PortSpec> inputs, std::span<const PortSpec> outputs,
                          const Attrs& attrs, std::span<const ValueShape> in,
                          std::span<const ValueShape> out) {
    Check check(attrs);
    VITRINE_TRY(check(inputs, in));
    return check(outputs, out);
}

}  // namespace vitrine
