// SPDX-License-Identifier: Apache-2.0
// Handles of HDF5 that close themselves.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

#include "core/decode/program/decoding.h"

namespace vitrine::decode {

class Hdf5Handle {
  public:
    using Close = herr_t (*)(hid_t);
    Hdf5Handle() = default;
    Hdf5Handle(hid_t id, Close close) : m_id(id), m_close(close) {}
    Hdf5Handle(Hdf5Handle&& other) noexcept
        : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Hdf5Handle() {
        if (m_id >= 0) m_close(m_id);
    }
    hid_t get() const { return m_id; }
    bool isOpen() const { return m_id >= 0; }

  private:
    hid_t m_id = -1;
    Close m_close = nullptr;
};

/// The innermost reason of the last failure, as the library tells it.
std::string hdf5Trouble();

}  // namespace vitrine::decode
