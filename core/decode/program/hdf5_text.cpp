// SPDX-License-Identifier: Apache-2.0
// Texts of unlike length come as pointers, which HDF5 takes back.
#include "core/decode/program/hdf5_text.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/decode/program/hdf5_handle.h"

namespace vitrine::decode {

namespace {

constexpr size_t longest = 256;

/// In the file's own alphabet: HDF5 does not translate between them.
Hdf5Handle memoryText(hid_t type, size_t bytes) {
    Hdf5Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(text.get(), bytes);
    H5Tset_strpad(text.get(), H5T_STR_NULLPAD);
    H5Tset_cset(text.get(), H5Tget_cset(type));
    return text;
}

bool readPointers(hid_t dataset, hid_t type, hid_t memory, hid_t selected, size_t each,
                  std::span<std::byte> to) {
    std::vector<char*> texts(to.size() / each);
    const Hdf5Handle text = memoryText(type, H5T_VARIABLE);
    if (H5Dread(dataset, text.get(), memory, selected, H5P_DEFAULT, texts.data()) < 0) return false;
    for (size_t i = 0; i < texts.size(); ++i)
        if (texts[i]) std::memcpy(&to[i * each], texts[i], strnlen(texts[i], each));
    H5Dvlen_reclaim(text.get(), memory, H5P_DEFAULT, texts.data());
    return true;
}

}  // namespace

size_t textBytes(hid_t type) {
    return H5Tis_variable_str(type) > 0 ? longest
                                        : std::clamp<size_t>(H5Tget_size(type), 1, longest);
}

bool readTexts(hid_t dataset, hid_t memory, hid_t selected, size_t each, std::span<std::byte> to) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
    if (H5Tis_variable_str(type.get()) > 0)
        return readPointers(dataset, type.get(), memory, selected, each, to);
    const Hdf5Handle text = memoryText(type.get(), each);
    return H5Dread(dataset, text.get(), memory, selected, H5P_DEFAULT, to.data()) >= 0;
}

std::string attributeText(hid_t attribute) {
    const Hdf5Handle type(H5Aget_type(attribute), H5Tclose),
        space(H5Aget_space(attribute), H5Sclose);
    if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1)
        return {};
    if (H5Tis_variable_str(type.get()) > 0) {
        char* found = nullptr;
        const Hdf5Handle memory = memoryText(type.get(), H5T_VARIABLE);
        if (H5Aread(attribute, memory.get(), &found) < 0 || !found) return {};
        std::string text(found, strnlen(found, longest));
        H5free_memory(found);
        return text;
    }
    std::string text(std::clamp<size_t>(H5Tget_size(type.get()), 1, longest), '\0');
    const Hdf5Handle memory = memoryText(type.get(), text.size());
    if (H5Aread(attribute, memory.get(), text.data()) < 0) return {};
    return text.substr(0, text.find('\0'));
}

}  // namespace vitrine::decode
