// SPDX-License-Identifier: Apache-2.0
// Looks at the first bytes.
#include "core/io/project_content.h"

#include <fmt/format.h>

#include "core/base/content_kind.h"
#include "core/base/file_error.h"
#include "core/base/gunzip.h"
#include "core/onnx/onnx_content.h"

namespace vitrine {

Result<void> checkContent(const std::string& file, std::span<const std::byte> bytes) {
    const std::string_view kind = isOnnxModel(file) ? "an ONNX model" : contentKind(bytes);
    if (kind.empty()) return {};
    Error error =
        isGzip(bytes)
            ? readError(file, "G10", "it holds gzip data, wanted a project's plain text",
                        "Unpack it first.")
            : readError(file, "G05", fmt::format("it holds {}, wanted a project's text", kind),
                        "Check that it is the file you meant.");
    error.kept = "Nothing was opened.";
    return error;
}

}  // namespace vitrine
