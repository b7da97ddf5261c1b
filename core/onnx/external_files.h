// SPDX-License-Identifier: Apache-2.0
// ExternalFiles: the files beside a model in which tensors have their bytes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/onnx/model.h"

namespace vitrine::onnx {

/// The bytes of one tensor, and what keeps them.
struct ExternalBytes {
    Bytes bytes;
    std::shared_ptr<const MappedFile> file;
};

/// Files of one model: nothing that another model opened is looked at. They must be plain files in
/// the folder that holds the model (or folders in it).
class ExternalFiles {
  public:
    explicit ExternalFiles(std::string modelPath) : m_model(std::move(modelPath)) {}

    /// Errors, each with the tensor's name: "O06" (a path out of the folder), "O07" (a link, a
    /// device, a file with several names), "O08" (places), "O10" (no such file, or too short),
    /// those of MappedFile::open.
    Result<ExternalBytes> bytesOf(const Tensor& tensor);
    /// "G07" once one of them was cut or replaced.
    std::optional<Error> trouble() const;
    /// Of all that have been opened.
    int64_t bytes() const;
    /// Whether it is one of them that keeps some numbers.
    bool has(const void* owner) const;

  private:
    std::string m_model;
    std::map<std::string, std::shared_ptr<const MappedFile>, std::less<>> m_files;
};

}  // namespace vitrine::onnx
