// SPDX-License-Identifier: GPL-3.0-or-later
// TransformSheet: what a list of transforms makes of some examples, stage by stage, as pictures.
#pragma once

#include <QImage>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

#include "core/session/project.h"

namespace vitrine::gui {

struct TransformSheet {
    struct Cell {
        QImage picture;
        QString words = {};  ///< shares of classes, where they have been mixed
    };
    struct Row {
        QString name;              ///< class of the example, or its number
        std::vector<Cell> stages;  ///< before, and behind each entry of the list
    };
    QStringList titles;  ///< of the stages
    std::vector<Row> rows;
    QString stored, given;            ///< shapes in front of the list and behind it
    std::optional<Error> error = {};  ///< of the first entry that cannot be done
    TransformSheet() = default;
    TransformSheet(Error why) : error(std::move(why)) {}
};

struct TransformQuestion {
    std::shared_ptr<const Dataset> stored;
    bool isTest = false;
    std::vector<Transform> list;
    int64_t first = 0;  ///< example of the first row; the others are far from each other
    int rows = 4;
    Occasion occasion = {};
};

/// As many stages as can be done. Any thread; slow where examples lie in picture files.
TransformSheet transformSheetOf(const TransformQuestion& question);

}  // namespace vitrine::gui
