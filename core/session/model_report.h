// SPDX-License-Identifier: Apache-2.0
// What can be told of a model, from its file alone or from its network.
#pragma once

#include "core/onnx/network.h"
#include "core/session/import_model.h"

namespace vitrine {

/// What the file says: nothing is told of its nodes but how many there are.
ImportReport reportOf(const onnx::Model& model);
ImportReport reportOf(const onnx::Model& model, const onnx::Network& network);

/// What is known of a model, whatever it leaves open.
struct ModelLook {
    ImportReport report;
    std::vector<OpenExtent> open;  ///< that nobody has chosen
    ChosenExtents lookedAt;        ///< numbers that stood for them
    bool isRead = true;            ///< false: nothing is told of nodes but how many there are
};

/// Reads a model without making anything of it: sizes that it leaves open are those of pictures, or
/// any. Errors: those of importModel but for open extents.
Result<ModelLook> lookAtModel(const std::string& path, const ImportChoices& choices = {});

}  // namespace vitrine
