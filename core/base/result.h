// SPDX-License-Identifier: Apache-2.0
// Expected trouble as a value: Error says what, where and what to do; Result<T> is a T or an Error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/check.h"

namespace vitrine {

/// Where trouble was found. Empty parts do not apply.
struct Place {
    std::string node;   ///< id of a graph node
    std::string field;  ///< id of a field of that node, or of a setting
    std::string file;
    int line = 0;
    bool operator==(const Place&) const = default;
};

/// One piece of expected trouble, shown once, at the edge of the program.
struct Error {
    std::string code;     ///< stable, for search: "P10", "I04", "shape"
    std::string message;  ///< one sentence: the place, what was found, what was wanted
    Place place;
    std::string kept;  ///< what the program did: "Nothing was imported."
    std::string next;  ///< what the user can do; may be empty

    /// `CODE: message`, then `kept` and `next` on lines of their own where they are not empty.
    std::string text() const;
};

/// For work that was asked to stop before its end. Whoever asked knows it by the code, `stopped`.
inline constexpr std::string_view stoppedCode = "stopped";
Error stoppedError();

/// A value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & {
        VITRINE_CHECK(ok(), error().message.c_str());
        return std::get<0>(m_state);
    }
    const T& value() const& {
        VITRINE_CHECK(ok(), error().message.c_str());
        return std::get<0>(m_state);
    }
    T&& value() && {
        VITRINE_CHECK(ok(), error().message.c_str());
        return std::move(std::get<0>(m_state));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const { return std::get<1>(m_state); }

  private:
    std::variant<T, Error> m_state;
};

/// Success, or the reason why not.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}
    bool ok() const { return !m_error; }
    explicit operator bool() const { return ok(); }
    const Error& error() const { return *m_error; }

  private:
    std::optional<Error> m_error;
};

}  // namespace vitrine

/// Returns the error of `expression` from the enclosing function, if it has one.
#define VITRINE_TRY(expression)                                                                \
    do {                                                                                       \
        if (auto vitrineTried = (expression); !vitrineTried.ok()) return vitrineTried.error(); \
    } while (false)
