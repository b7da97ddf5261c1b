// SPDX-License-Identifier: Apache-2.0
// TableFile: the text of a table, mapped, or unpacked where it is gzip; and which files are tables.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/base/result.h"

namespace vitrine {

struct TableFile {
    std::string path, title;
    std::shared_ptr<const MappedFile> mapped = {};
    std::vector<std::byte> unpacked = {};

    std::span<const std::byte> bytes() const { return mapped ? mapped->bytes() : unpacked; }
    std::string_view text() const {
        return {reinterpret_cast<const char*>(bytes().data()), bytes().size()};
    }
};

/// Errors: those of files and gzip.
Result<TableFile> openTable(const std::string& path, const std::stop_token& stop);

/// The table that a path names: itself, or of a folder the only one, or that which is called
/// `train`. Empty: none.
std::string tableAt(const std::string& path);
/// The table beside it whose name has `test` for `train`. Empty: none.
std::string testTableBeside(const std::string& path);

/// By its ending, and by the first bytes: text, and no list of pictures.
bool looksLikeTable(const std::string& path);

}  // namespace vitrine
