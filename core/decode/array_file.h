// SPDX-License-Identifier: Apache-2.0
// ArrayFile: named arrays in a file, which a decoder of its own reads.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/decode/array_list.h"
#include "core/decode/decoder.h"

namespace vitrine::decode {

struct ArrayFileOptions {
    std::stop_token stop = {};
    std::chrono::milliseconds patience = std::chrono::minutes(10);  ///< for one piece of an array
};

/// One thread at a time.
class ArrayFile {
  public:
    /// `kind`: Hdf5 or Mat. The file is handed over open; the decoder can open no other. Errors:
    /// those of opening files, and of Decoder::ask; `stopped`.
    static Result<ArrayFile> open(const std::string& path, Kind kind,
                                  const ArrayFileOptions& options = {});

    /// The same of a file that lies in memory, as one in an archive does. `title` is its name.
    static Result<ArrayFile> open(std::string_view title, std::span<const std::byte> bytes,
                                  Kind kind, const ArrayFileOptions& options = {});

    /// What is in it, what cannot be read too.
    const std::vector<ArrayInfo>& arrays() const { return m_arrays; }
    const ArrayInfo* find(std::string_view name) const;
    /// The whole array, in the machine's byte order. Errors: "N07" (it is not read, with the
    /// reason), "N11" (no such array), "G06" (no memory), "G09" (damaged), "M13", `stopped`.
    Result<std::vector<std::byte>> read(std::string_view name, const std::stop_token& stop);
    /// The texts of an array of them, one behind the other. Errors: as read().
    Result<std::vector<std::string>> readTexts(std::string_view name, const std::stop_token& stop);

  private:
    ArrayFile(std::string title, Kind kind, std::unique_ptr<Decoder> decoder)
        : m_title(std::move(title)), m_kind(kind), m_decoder(std::move(decoder)) {}
    static Result<ArrayFile> open(std::string title, int descriptor, Kind kind,
                                  const ArrayFileOptions& options);
    Result<Answered> ask(const Question& question, const std::stop_token& stop);

    std::string m_title;
    Kind m_kind;
    std::unique_ptr<Decoder> m_decoder;
    std::vector<ArrayInfo> m_arrays;
};

}  // namespace vitrine::decode
