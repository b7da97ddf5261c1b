// SPDX-License-Identifier: Apache-2.0
// The front door to projects for the window: the document with everything that its settings can be.
// IWYU pragma: begin_exports
#pragma once

#include "core/data/dataset.h"       // formats and their fields
#include "core/data/transform.h"     // what happens to examples
#include "core/io/model_marks.h"     // models that were replaced
#include "core/io/parameter_file.h"  // numbers of parameters
#include "core/io/project.h"         // Project, open and save
#include "core/io/project_data.h"    // the field of errors about the data folder
#include "core/io/project_path.h"    // folders of data
#include "core/io/settings.h"        // ranges of settings, with reasons
#include "core/optim/extra.h"        // what goes on around an optimiser
#include "core/optim/optimizer.h"    // optimisers and schedules
// IWYU pragma: end_exports
