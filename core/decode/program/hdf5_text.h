// SPDX-License-Identifier: Apache-2.0
// Texts in HDF5: of one length, or each of its own. They are listed with a further axis, of the
// bytes of one text, with 0 behind its end.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <span>
#include <string>

namespace vitrine::decode {

/// How many bytes one text of that type gets: what is longer is cut.
size_t textBytes(hid_t type);

/// The selected texts, each in `each` bytes. False: they cannot be read.
bool readTexts(hid_t dataset, hid_t memory, hid_t selected, size_t each, std::span<std::byte> to);

/// The one text of an attribute, cut to a length of no matter; empty where it holds something else.
std::string attributeText(hid_t attribute);

}  // namespace vitrine::decode
