// SPDX-License-Identifier: GPL-3.0-or-later
// Places to elements.
#include "gui/models/physical_layout.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

#include "core/tensor/channels_last.h"

namespace vitrine::gui {

namespace {

constexpr int64_t lanes = 16;

QString tr(const char* text) { return QCoreApplication::translate("PhysicalLayout", text); }

/// Geometry of a layout in planes of [H + 2 halo][W + 2 halo][16].
struct Planes {
    explicit Planes(const TensorType& type)
        : images(type.shape[0]),
          channels(type.shape[1]),
          height(imageView(type.shape).h),
          width(imageView(type.shape).w),
          halo(type.layout.halo),
          lanesAreImages(type.layout.kind == LayoutKind::Lanes) {}
    int64_t rowPixels() const { return width + 2 * halo; }
    int64_t planePixels() const { return rowPixels() * (height + 2 * halo); }
    int64_t channelBlocks() const { return (channels + lanes - 1) / lanes; }
    int64_t imageBlocks() const { return (images + lanes - 1) / lanes; }

    int64_t images, channels, height, width, halo;
    bool lanesAreImages;
};

/// Lines of a packed weight: how many there are along each axis of memory, by name and by number.
struct PackedAxes {
    explicit PackedAxes(const TensorType& type) {
        const auto& p = type.layout.packing;
        const QString results = QString::fromLatin1(p.transposed ? "C" : "N");
        const QString sources = QString::fromLatin1(p.transposed ? "N" : "C");
        const int rank = type.shape.rank();
        if (p.groups > 1) add(QStringLiteral("groups"), p.groups);
        add(QStringLiteral("%1/%2").arg(results).arg(p.widest), p.bands());
        const int64_t runs = p.paddedSources() / p.run;
        // The frequencies of all sources lie in one run: the run is the axis then.
        const bool isOneRun = p.frequencies && runs == 1;
        if (!isOneRun)
            add(p.run > 1 ? QStringLiteral("%1/%2").arg(sources).arg(p.run) : sources, runs);
        if (rank > 2) add(rank == 3 ? "W" : rank == 4 ? "H·W" : "D·H·W", p.taps);
        if (p.run > 1) add(isOneRun ? sources : QString::number(p.run), p.run);
        // Bands differ in length where they do between the first and the last.
        const int64_t first = p.bandWidth(0), last = p.bandWidth(p.bands() - 1);
        const QString widest = QString::number(std::max(first, last));
        names << QString::number(p.widest);
        numbers << (first == last ? widest : QStringLiteral("≤") + widest);
    }
    void add(const QString& name, int64_t number) {
        names << name;
        numbers << QString::number(number);
    }
    QStringList names, numbers;
};

QString bracketed(const QStringList& parts) {
    return QLatin1Char('[') + parts.join(QStringLiteral("][")) + QLatin1Char(']');
}

QString withHalo(const char* axis, int64_t halo) {
    const QString name = QString::fromUtf8(axis);
    return halo == 0 ? name : name + QLatin1Char('+') + QString::number(2 * halo);
}

/// Names of a shape's axes: `n, c, y, x`.
QStringList axisNames(int rank) {
    if (rank == 5) return {"n", "c", "z", "y", "x"};
    if (rank == 4) return {"n", "c", "y", "x"};
    if (rank == 3) return {"n", "c", "x"};
    if (rank == 2) return {"n", "c"};
    QStringList names;
    for (int axis = 0; axis < rank; ++axis) names << QStringLiteral("i%1").arg(axis);
    return names;
}

/// What a shape's extents are called: `N, C, H, W`.
QStringList extentNames(int rank) {
    if (rank == 5) return {"N", "C", "D", "H", "W"};
    if (rank == 4) return {"N", "C", "H", "W"};
    if (rank == 2) return {"N", "C"};
    return axisNames(rank);
}

}  // namespace

PhysicalLayout::PhysicalLayout(const TensorType& type, int64_t storageBytes) : m_type(type) {
    const int64_t own = type.shape.elements() == 0 ? 0 : storageElements(type.shape, type.layout);
    m_cells = std::max(own, 8 * storageBytes / bitsOf(type.dtype));
    const int rank = type.shape.rank();
    for (int axis = 0; axis < rank; ++axis) m_axes[static_cast<size_t>(axis)] = axis;
    if (type.layout.kind == LayoutKind::RowMajor)
        std::stable_sort(m_axes.begin(), m_axes.begin() + rank,
                         [&](int a, int b) { return type.strides[a] > type.strides[b]; });
}

MemoryCell PhysicalLayout::cell(int64_t place) const {
    if (place < 0 || place >= m_cells) return {};
    if (m_type.layout.kind == LayoutKind::RowMajor) return rowMajorCell(place);
    return m_type.layout.kind == LayoutKind::Packed ? packedCell(place) : blockedCell(place);
}

int PhysicalLayout::fastestAxis() const {
    if (m_type.layout.kind == LayoutKind::Lanes) return 0;
    if (m_type.layout.kind == LayoutKind::Blocked) return 1;
    if (m_type.layout.kind == LayoutKind::Packed) return m_type.layout.packing.transposed ? 1 : 0;
    // Axes of one element have strides that mean nothing.
    for (int k = m_type.shape.rank() - 1; k >= 0; --k)
        if (m_type.shape[m_axes[static_cast<size_t>(k)]] > 1) return m_axes[static_cast<size_t>(k)];
    return m_type.shape.rank() - 1;
}

/// Σ index · stride = place − offset, solved from the largest stride down.
MemoryCell PhysicalLayout::rowMajorCell(int64_t place) const {
    MemoryCell cell;
    int64_t rest = place - m_type.offset;
    if (rest < 0 || m_type.shape.elements() == 0) return cell;
    for (int k = 0; k < m_type.shape.rank(); ++k) {
        const int axis = m_axes[static_cast<size_t>(k)];
        const int64_t stride = m_type.strides[axis], extent = m_type.shape[axis];
        if (extent == 1 || stride == 0) continue;
        const int64_t at = std::min(rest / stride, extent - 1);
        cell.index[static_cast<size_t>(axis)] = at;
        rest -= at * stride;
    }
    if (rest == 0) cell.kind = CellKind::Element;
    return cell;
}

MemoryCell PhysicalLayout::blockedCell(int64_t place) const {
    const Planes p(m_type);
    const int64_t lane = place % lanes, pixel = place / lanes % p.planePixels();
    const int64_t plane = place / lanes / p.planePixels();
    const int64_t n =
        p.lanesAreImages ? plane / p.channels * lanes + lane : plane / p.channelBlocks();
    const int64_t c =
        p.lanesAreImages ? plane % p.channels : plane % p.channelBlocks() * lanes + lane;
    const int64_t y = pixel / p.rowPixels() - p.halo, x = pixel % p.rowPixels() - p.halo;
    MemoryCell cell;
    cell.index[0] = n;
    cell.index[1] = c;
    const int rank = m_type.shape.rank();
    if (rank > 2) cell.index[static_cast<size_t>(rank - 1)] = x;
    if (rank == 4) cell.index[2] = y;
    if (rank == 5) {
        // Slices lie below one another; above the first one is the halo.
        cell.index[2] = y < 0 ? 0 : y / m_type.shape[3];
        cell.index[3] = y < 0 ? y : y % m_type.shape[3];
    }
    if (n >= p.images || c >= p.channels)
        cell.kind = CellKind::Padding;
    else
        cell.kind =
            y < 0 || y >= p.height || x < 0 || x >= p.width ? CellKind::Halo : CellKind::Element;
    // A view of other extents may look into memory that is larger than its own.
    if (place >= storageElements(m_type.shape, m_type.layout)) cell.kind = CellKind::Foreign;
    return cell;
}

MemoryCell PhysicalLayout::packedCell(int64_t place) const {
    const auto& packing = m_type.layout.packing;
    MemoryCell cell;
    if (place >= packing.storageElements()) return cell;
    indexOf(m_type.shape, packing.placeOf(place), cell.index.data());
    cell.kind = packing.holds(place) ? CellKind::Element : CellKind::Padding;
    return cell;
}

QString PhysicalLayout::formula() const {
    const int rank = m_type.shape.rank();
    if (m_type.layout.kind == LayoutKind::Packed)
        return tr("packed: %1").arg(bracketed(PackedAxes(m_type).names));
    if (m_type.layout.kind == LayoutKind::RowMajor) {
        if (rank == 0) return tr("one number");
        const QStringList names = extentNames(rank);
        QStringList order;
        for (int k = 0; k < rank; ++k) order << names[m_axes[static_cast<size_t>(k)]];
        return (m_type.isContiguous()    ? tr("row-major: %1")
                : isChannelsLast(m_type) ? tr("channels last: %1")
                                         : tr("strided view: %1"))
            .arg(bracketed(order));
    }
    const int64_t halo = m_type.layout.halo;
    const bool images = m_type.layout.kind == LayoutKind::Lanes;
    QStringList parts = images ? QStringList{"N/16", "C"} : QStringList{"N", "C/16"};
    if (rank == 5) parts << withHalo("D·H", halo);
    if (rank == 4) parts << withHalo("H", halo);
    if (rank > 2) parts << withHalo("W", halo);
    parts << QStringLiteral("16");
    return (images ? tr("lanes: %1") : tr("nChw16c: %1")).arg(bracketed(parts));
}

QString PhysicalLayout::extents() const {
    const int rank = m_type.shape.rank();
    QStringList parts;
    if (m_type.layout.kind == LayoutKind::Packed) return bracketed(PackedAxes(m_type).numbers);
    if (m_type.layout.kind == LayoutKind::RowMajor) {
        for (int k = 0; k < rank; ++k)
            parts << QString::number(m_type.shape[m_axes[static_cast<size_t>(k)]]);
        return rank == 0 ? QString() : bracketed(parts);
    }
    const Planes p(m_type);
    parts << QString::number(p.lanesAreImages ? p.imageBlocks() : p.images)
          << QString::number(p.lanesAreImages ? p.channels : p.channelBlocks());
    if (rank > 3) parts << QString::number(p.height + 2 * p.halo);
    if (rank > 2) parts << QString::number(p.rowPixels());
    parts << QString::number(lanes);
    return bracketed(parts);
}

QString PhysicalLayout::indexText(const MemoryCell& cell) const {
    QStringList parts;
    const QStringList names = axisNames(m_type.shape.rank());
    for (int axis = 0; axis < m_type.shape.rank(); ++axis)
        parts
            << QStringLiteral("%1 %2").arg(names[axis]).arg(cell.index[static_cast<size_t>(axis)]);
    return parts.join(QStringLiteral(", "));
}

QString PhysicalLayout::shortText(const MemoryCell& cell) const {
    QStringList parts;
    for (int axis = 0; axis < m_type.shape.rank(); ++axis)
        parts << QString::number(cell.index[static_cast<size_t>(axis)]);
    return parts.join(QLatin1Char(','));
}

}  // namespace vitrine::gui
