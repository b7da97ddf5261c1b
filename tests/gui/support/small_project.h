// SPDX-License-Identifier: Apache-2.0
// Projects that train in a moment, for tests of the window.
#pragma once

#include <QString>

#include "core/session/project.h"

namespace vitrine::test {

/// A network (grammar of graph_text.h) on few drawn digits: 512 to train on, 128 to test.
Project smallProject(const std::string& graph, int64_t epochs = 2, int64_t batch = 32);

/// A convolutional network of seven nodes for drawn digits.
inline constexpr const char* smallNetwork =
    "x[1,28,28] -> conv2d(out_channels=4 kernel=5 stride=2) as conv1 -> relu as relu1"
    " -> flatten as flat -> linear(out_features=10) as fc -> cross_entropy(labels) as loss";

/// Writes it as `<folder>/<name>.vitrine` and gives the path.
QString saveInto(const QString& folder, const QString& name, const Project& project);

}  // namespace vitrine::test
