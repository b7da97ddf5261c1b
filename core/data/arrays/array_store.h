// SPDX-License-Identifier: Apache-2.0
// ArrayStore: named arrays of numbers in an .npz file, an .npy file, or a folder of these.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/data/arrays/npy.h"
#include "core/data/arrays/number_array.h"
#include "core/data/arrays/zip.h"

namespace vitrine {

/// An array with what its bytes belong to.
struct KeptArray {
    std::string name = {};
    NumberArray array;
    std::shared_ptr<const void> owner = {};
    std::shared_ptr<const MappedFile> file = {};  ///< where the bytes lie in a file
};

class ArrayStore {
  public:
    /// Looks at names alone. Errors: those of files and of readZip; "N11" where there is no array.
    static Result<ArrayStore> open(const std::string& path);

    const std::vector<std::string>& names() const { return m_names; }
    /// In place where it is stored plain, else unpacked. Errors: those of parseNpy and of entries.
    Result<KeptArray> read(std::string_view name, const std::stop_token& stop,
                           RawValues raw = RawValues::Refused) const;

  private:
    /// Where an array lies: in a file, or in an archive as an entry of it.
    struct Stored {
        std::string path;
        std::shared_ptr<const MappedFile> archive;  ///< null: the file holds the array alone
        ZipEntry entry;
    };
    Result<void> add(const std::string& path, bool isOneOfSeveral);
    Result<void> addArchive(const std::string& path, bool isOneOfSeveral);
    Result<KeptArray> readEntry(const std::string& name, const Stored& stored,
                                const std::stop_token& stop, RawValues raw) const;

    std::vector<std::string> m_names;  ///< without .npy
    std::vector<Stored> m_stored;      ///< in the order of the names
};

/// Whether a path is an .npz or .npy file, or a folder that holds .npy files, by content.
bool holdsArrays(const std::string& path);

}  // namespace vitrine
