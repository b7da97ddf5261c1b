// SPDX-License-Identifier: Apache-2.0
// Inside of data_survey: what stands out, in words.
#pragma once

#include "core/session/data_survey.h"

namespace vitrine {

/// Appends to the survey's remarks what the rest of it, and the data after a look at them, say.
void addRemarks(const Dataset& stored, DataSurvey& survey);

}  // namespace vitrine
