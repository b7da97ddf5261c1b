// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of examples: as they are stored, or as the network takes them, with masks over them.
#pragma once

#include <QImage>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/session/project.h"
#include "gui/models/sample_query.h"
#include "gui/models/sample_table.h"

namespace vitrine::gui {

/// How pictures of a data set are made. A plain value.
struct PictureLook {
    std::shared_ptr<const Dataset> stored = {};  ///< may be null
    /// Through the transforms, and with every example of `stored`; null: there are none yet.
    std::shared_ptr<const Dataset> seen = {};
    int image = -1;                      ///< column; −1: there is none
    int mask = -1;                       ///< a column of marks or classes, over the image
    double maskShare = 0.5;              ///< of a mask's colour
    std::vector<QRgb> maskColours = {};  ///< of classes 1, 2, …; class 0 stays clear
    bool isSeen = false;                 ///< as the network takes them
    uint64_t seed = 1;                   ///< with which training examples are drawn, in which epoch
    int64_t epoch = 0;
    Normalisation normalisation = {};
    bool operator==(const PictureLook&) const = default;

    bool goesThroughTransforms() const { return isSeen && seen && !seen->stored.empty(); }
    /// Columns and data are those of the table: while data change they may not be.
    bool fits(const SampleTable& table) const;
    /// The picture costs no more than to read memory. It fits.
    bool isCheap(const SampleTable& table, int64_t place) const;
    /// What black and white stand for.
    std::pair<double, double> range() const;
};

/// Any thread. Null where there is no picture.
QImage pictureOf(const PictureLook& look, const SampleTable& table, int64_t place);

struct AveragePicture {
    QImage picture;
    int64_t count = 0;  ///< of pictures in it
};
/// Of these examples as they are stored; of so many that it would take long, every n-th. Any
/// thread. Nothing where it was stopped or there is no picture.
std::optional<AveragePicture> averagePicture(const PictureLook& look, const SampleTable& table,
                                             const FoundSamples& of, std::stop_token stop = {});

}  // namespace vitrine::gui
