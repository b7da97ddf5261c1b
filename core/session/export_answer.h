// SPDX-License-Identifier: Apache-2.0
// What scripts say of outputs, read with the suspicion that answers of other programs are due.
#pragma once

#include "core/io/json_reader.h"
#include "core/session/export_proof.h"

namespace vitrine {

/// Safe to show; empty where there is no such text.
std::string textOf(const Json& object, const char* key);

/// `name`, `difference`, `largest`, `unlike`; a `shape` says that it was another one.
OutputProof outputFrom(const Json& object, double tolerance);

}  // namespace vitrine
