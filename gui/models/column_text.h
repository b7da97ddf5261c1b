// SPDX-License-Identifier: GPL-3.0-or-later
// Values of a data set's columns as words and pictures.
#pragma once

#include <QImage>
#include <QString>

#include "core/session/project.h"
#include "gui/models/image_of.h"

namespace vitrine::gui {

/// Which columns a page shows: positions in Dataset::columns, −1 for none.
struct ShownColumns {
    int image = -1;  ///< the picture
    int truth = -1;  ///< what stands below it
    bool operator==(const ShownColumns&) const = default;
};

/// The first images, and the first classes or numbers; where `image` and `truth` are columns of
/// the data, these.
ShownColumns shownColumns(const Dataset& data, std::string_view image, std::string_view truth);

/// Of an image column; no elements for others.
ImageExtent extentOf(const Column& column);
QImage pictureOf(const Column& column, std::span<const std::byte> value);
/// The class's name, the names of all classes that an example is of, or up to four numbers.
QString textOf(const Column& column, std::span<const std::byte> value);
/// Of a class number; that of noAnswer is no number.
QString classText(const Column& column, int32_t number);

}  // namespace vitrine::gui
