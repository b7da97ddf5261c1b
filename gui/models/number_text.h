// SPDX-License-Identifier: GPL-3.0-or-later
// The door between numbers and people: how numbers are read (SI prefixes, few figures, units, with
// the decimal sign of the person's locale) and how typed ones are understood. What files hold never
// comes from here.
#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/field.h"
#include "core/base/normalisation.h"
#include "core/graph/shapes.h"
#include "core/probe/histogram.h"
#include "core/tensor/shape.h"

namespace vitrine::gui {

/// `61.7 k`, `384`
QString countText(double count);
/// `38.2 MB`, `640 B`: powers of 1000
QString bytesText(double bytes);
/// `61,706`: every digit, for tool tips
QString exactText(int64_t number);
/// `412 µs`, `1.28 ms`, `3.2 s`
QString secondsText(double seconds);
/// `0:42`, `1:02:03`
QString clockText(double seconds);
/// `0.1307`, `1.2e-05`, `nan`, `−inf`: four significant figures unless told otherwise
QString realText(double number, int figures = 4);
/// `0.13`: so many decimals
QString decimalText(double number, int decimals);
/// `97.5 %` of a share; `nan`
QString percentText(double share, int decimals);
/// What an editor shows: the shortest text that is read as this number again.
QString editText(double number);
QString editText(float number);
/// The same for any value of a field; what is no real number has one form for everybody.
QString editText(const FieldValue& value);

/// A typed number in the form of files: with the person's own decimal sign, digits and minus, or
/// with those of files. Signs between thousands are not taken: `1,234` and `1.234` mean different
/// things to different people. What is no number comes back as it is, to be refused by name.
std::string typedNumber(const QString& text);
/// Numbers of channels with the locale's decimal sign: `0.49, 0.48`, with a comma for it `0,49;
/// 0,48`.
QString channelsText(const PerChannel& numbers);
/// What was typed so, as core reads it. A comma with a blank behind it parts numbers everywhere.
std::string typedChannels(const QString& text);
/// A typed number, `nan`, `inf` or `-inf`; nothing for what is none, or too large for a double.
std::optional<double> numberFromText(const QString& text);

/// A minimum, maximum, mean or norm `of` a tensor; `—` where no element is finite.
QString statisticText(const TensorStatistics& of, double number);
/// `32 × 14 × 14`; a scalar: `scalar`
QString shapeText(const Shape& shape);
/// The same of a node's output, with N wherever the batch has gone: `N × 6 × 28 × 28`.
QString batchShapeText(const NodeShapes& shapes, size_t output, int64_t batch);

}  // namespace vitrine::gui
