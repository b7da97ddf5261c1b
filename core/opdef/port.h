// SPDX-License-Identifier: Apache-2.0
// PortSpec: what an operator takes or gives at one place. Operand k of an instruction belongs to
// port k; one that may be missing is `noValue` then, and a port that repeats stands there as often
// as it is used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernels/api/dtype.h"

namespace vitrine {

/// Who feeds an input that no edge leads into.
enum class PortRole : uint8_t {
    Value,      ///< nobody: it comes over an edge
    Parameter,  ///< a trained object of the document
    Statistic   ///< state that the forward pass updates, not trained
};

/// A set of element types.
class DTypes {
  public:
    constexpr DTypes() = default;
    constexpr DTypes(DType type) : m_bits(1u << static_cast<unsigned>(type)) {}
    constexpr DTypes operator|(DTypes other) const { return DTypes(m_bits | other.m_bits); }
    constexpr bool contains(DType type) const { return meets(type); }
    constexpr bool meets(DTypes other) const { return (m_bits & other.m_bits) != 0; }
    constexpr bool isWithin(DTypes other) const { return (m_bits & ~other.m_bits) == 0; }
    constexpr bool operator==(const DTypes&) const = default;
    /// `floating-point numbers`, `i32`, `f32 or f64`.
    std::string text() const;

  private:
    constexpr explicit DTypes(uint32_t bits) : m_bits(bits) {}
    uint32_t m_bits = 0;
};

/// What kernels compute with.
inline constexpr DTypes realTypes = DTypes(DType::F32) | DType::F64;
inline constexpr DTypes floatTypes = realTypes | DType::F16 | DType::BF16;
/// Class numbers and positions.
inline constexpr DTypes indexTypes = DTypes(DType::I8) | DType::I16 | DType::I32 | DType::I64 |
                                     DType::U8 | DType::U16 | DType::U32 | DType::U64;
/// What arithmetic takes. Whole numbers are exact in every type and wrap as C's unsigned ones do.
inline constexpr DTypes numberTypes = floatTypes | indexTypes;
/// The same where nothing is computed in 16 bits.
inline constexpr DTypes realOrWholeTypes = realTypes | indexTypes;
/// Numbers that have an order, and true above false.
inline constexpr DTypes orderedTypes = realOrWholeTypes | DType::Bool;
/// What operators move about.
inline constexpr DTypes everyType = floatTypes | indexTypes | DType::Bool;
/// What can be stored and cast.
inline constexpr DTypes storedTypes = everyType | DType::F8E4M3FN | DType::F8E4M3FNUZ |
                                      DType::F8E5M2 | DType::F8E5M2FNUZ | DType::F8E8M0 |
                                      DType::F4E2M1 | DType::I4 | DType::U4 | DType::I2 | DType::U2;

/// How often a port may stand in an instruction, at least once. At most one input and one output of
/// an operator repeat.
struct Repeat {
    int most = 1;
    /// Outputs only: the field that says how many; a whole number, or a list by its length.
    std::string_view field = {};
    constexpr bool isRepeated() const { return most > 1; }
};
inline constexpr Repeat anyNumber = {.most = 1 << 20};

struct PortSpec {
    std::string_view id, title;
    PortRole role = PortRole::Value;
    /// Where there are several, all operands whose ports have the same set have one type.
    DTypes types = realTypes;
    bool hasOwnType = false;  ///< none of the others need have the same one
    /// The shape, checked before inferShapes (see port_patterns.h): `[N, C, H, W]`.
    std::string_view pattern;
    std::string_view help;
    /// What helps where the shape is another one: `put flatten before it`.
    std::string_view remedy = {};
    /// Repeats along axes of extent 1, or that it has not, as numpy does: operands with this mark
    /// fit together where their extents do, counted from the last. Its pattern is `[S…]`, S is what
    /// they are together, and an instruction gets them expanded to that.
    bool broadcasts = false;
    bool optional = false;  ///< may be missing
    /// Bool field that says whether the port is there, empty = always.
    std::string_view onlyIf = {};
    Repeat repeat = {};
};

/// A port by its place in the table, and which of a repeated one.
struct PortPlace {
    int port = -1;
    int index = 0;
    bool operator==(const PortPlace&) const = default;
};

/// Takes class numbers or positions.
constexpr bool takesIndices(const PortSpec& port) {
    return port.role == PortRole::Value && port.types.isWithin(indexTypes);
}

/// The port that repeats, or -1.
constexpr int repeatedPort(std::span<const PortSpec> ports) {
    for (size_t i = 0; i < ports.size(); ++i)
        if (ports[i].repeat.isRepeated()) return static_cast<int>(i);
    return -1;
}

/// Where operand `k` of `count` belongs.
PortPlace placeOf(std::span<const PortSpec> ports, size_t count, size_t k);
inline const PortSpec& portOf(std::span<const PortSpec> ports, size_t count, size_t k) {
    return ports[static_cast<size_t>(placeOf(ports, count, k).port)];
}
/// `weight`, or of a repeated port with its number: `x0`, `x1`, …
std::string nameOf(std::span<const PortSpec> ports, const PortPlace& place);
/// The port that is called so.
std::optional<PortPlace> findPort(std::span<const PortSpec> ports, std::string_view name);

}  // namespace vitrine
