// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of examples: as they are stored, or as the network takes them, with masks over them.
#pragma once

#include <QImage>

#include <memory>
#include <vector>

#include "core/session/project.h"
#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// How pictures of a data set are made. A plain value.
struct PictureLook {
    std::shared_ptr<const Dataset> stored = {};  ///< may be null
    /// Through the transforms, and with every example of `stored`; null: there are none yet.
    std::shared_ptr<const Dataset> seen = {};
    int image = -1;                      ///< column; −1: there is none
    int mask = -1;                       ///< a column of classes, over the image
    double maskShare = 0.5;              ///< of a mask's colour
    std::vector<QRgb> maskColours = {};  ///< by class; the first is the ground's, not shown
    bool isSeen = false;                 ///< as the network takes them
    uint64_t seed = 1;                   ///< with which training examples are drawn, in which epoch
    int64_t epoch = 0;
    Normalisation normalisation = {};
    bool operator==(const PictureLook&) const = default;

    bool goesThroughTransforms() const { return isSeen && seen && !seen->stored.empty(); }
    /// The picture costs no more than to read memory.
    bool isCheap(const SampleTable& table, int64_t place) const;
    /// What black and white stand for.
    std::pair<double, double> range() const;
};

/// Any thread. Null where there is no picture.
QImage pictureOf(const PictureLook& look, const SampleTable& table, int64_t place);

}  // namespace vitrine::gui
