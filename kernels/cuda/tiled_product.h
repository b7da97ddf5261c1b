// SPDX-License-Identifier: Apache-2.0
// The kernel of a product: which tiles it is cut into, on which units, and what joins stretches.
#pragma once

#include "kernels/cuda/group_tiles.h"
#include "kernels/cuda/staged_tiles.h"
#include "kernels/cuda/tensor_tiles.h"

namespace vitrine::kernels::cuda {

/// Up to so many are a tile of their own form.
inline constexpr int64_t narrowColumns = 24;

/// A source, its tiles and its stretches.
template <class Source>
struct TiledProduct {
    Source source;
    size_t places = 0;
    int64_t tileRows = 64, tileColumns = 64, stretches = 1;

    int64_t rowTiles() const { return (source.size.rows + tileRows - 1) / tileRows; }
    int64_t columnTiles() const { return (source.size.columns + tileColumns - 1) / tileColumns; }
    int64_t tiles() const { return source.size.batches * rowTiles() * columnTiles(); }
};

template <class TileOf, class Source>
DeviceStatus launchTiles(const Context& context, const TiledProduct<Source>& product,
                         const Source& source, void* workspace) {
    const bool isCut = product.stretches > 1;
    auto* const partial = static_cast<typename Source::Number*>(isCut ? workspace : nullptr);
    const TileOf tile{
        {source, product.rowTiles(), product.columnTiles(), product.stretches, partial}};
    const int64_t blocks = product.tiles() * product.stretches;
    if constexpr (Staged<Source>)
        if (!isCut)
            return launchBlocks(
                context, StagedTile<TileOf>{tile, static_cast<Statistics*>(workspace)}, blocks);
    return launchBlocks(context, tile, blocks);
}

/// On units for multiplying and adding.
struct PlainTiles {
    static constexpr int wideRows = 64, tallRows = 256, wideColumns = 64;
    template <class Source, int rows, int columns>
    using Of = Tile<Source, rows, columns>;
};
template <class Format>
struct TensorTiles {
    static constexpr int wideRows = 128, tallRows = 256, wideColumns = 64;
    template <class Source, int rows, int columns>
    using Of = TensorTile<Source, Format, rows, columns>;
};
/// By groups of four warps, for what has many columns.
template <class Format, int wide>
struct GroupTiles {
    static constexpr int wideRows = 128, tallRows = 256, wideColumns = wide;
    template <class Source, int rows, int columns>
    using Of = std::conditional_t<columns == wide, GroupTile<Source, Format, wide>,
                                  TensorTile<Source, Format, tallRows, 16>>;
};

template <class Units, class Source>
DeviceStatus launchProduct(DeviceContext* given, const void* problem, void* const* operands,
                           void* workspace) {
    const auto& product = *static_cast<const TiledProduct<Source>*>(problem);
    const Context& context = *contextOf(given);
    Source source = product.source;
    std::copy_n(operands, product.places, source.at.place);
    using Wide = typename Units::template Of<Source, Units::wideRows, Units::wideColumns>;
    using Tall = typename Units::template Of<Source, Units::tallRows, 16>;
    const DeviceStatus status = product.tileColumns == Units::wideColumns
                                    ? launchTiles<Wide>(context, product, source, workspace)
                                    : launchTiles<Tall>(context, product, source, workspace);
    if (status != DeviceStatus::Ok) return status;
    if constexpr (Summing<Source>)
        return joinTiles(context, source.fused.sums, source.at.place, workspace);
    if (product.stretches == 1) return status;
    const int64_t elements = source.size.elements();
    const auto* const partial = static_cast<const typename Source::Number*>(workspace);
    return launch(context, eachKernel<JoinDepth<Source>>, elements,
                  JoinDepth<Source>{source, product.stretches, partial}, elements);
}

template <class Units, class Source>
DeviceStatus takeTiles(StreamKernel* kernel, const Call& call, const std::string& name,
                       const Source& source) {
    constexpr int64_t enoughBlocks = 512, leastDepth = 512;
    TiledProduct<Source> product{.source = source, .places = call.operands.size()};
    const bool isNarrow = source.size.columns <= narrowColumns;
    product.tileColumns = isNarrow ? 16 : Units::wideColumns;
    product.tileRows = isNarrow ? Units::tallRows : Units::wideRows;
    const int64_t most = std::max<int64_t>(1, enoughBlocks / product.tiles());
    product.stretches = std::clamp<int64_t>(source.size.depth / leastDepth, 1, most);
    if constexpr (Summing<Source>) {
        if (product.stretches > 1)
            return refuse(kernel, name, "sums nothing where its depth is cut");
        product.source.fused.sums.rowTiles = product.rowTiles();
        kernel->workspaceBytes = sumBytes(product.source.fused.sums);
    }
    if (product.stretches > 1)
        kernel->workspaceBytes = product.stretches * source.size.elements() *
                                 static_cast<int64_t>(sizeof(typename Source::Number));
    return take(kernel, name + " CUDA", product, launchProduct<Units, Source>);
}

template <class Format, class Source>
DeviceStatus takeTensorTiles(const Context& context, StreamKernel* kernel, const Call& call,
                             const std::string& name, const Source& source) {
    if (context.hasWarpGroups && source.size.columns > narrowColumns) {
        const std::string groups = name + " groups of warps " + Format::name;
        if constexpr (!Staged<Source>)  // shared memory takes no more of their sums
            if (source.size.columns > 64)
                return takeTiles<GroupTiles<Format, 128>>(kernel, call, groups, source);
        return takeTiles<GroupTiles<Format, 64>>(kernel, call, groups, source);
    }
    return takeTiles<TensorTiles<Format>>(kernel, call, name + " tensor cores " + Format::name,
                                          source);
}

/// Products of f32 as the context has them; others in their own type.
template <class Source>
DeviceStatus takeProduct(const Context& context, StreamKernel* kernel, const Call& call,
                         const std::string& name, const Source& source) {
    if constexpr (std::is_same_v<typename Source::Number, float>) {
        switch (context.products) {
            case ProductFormat::Tf32:
                return takeTensorTiles<Tf32Words>(context, kernel, call, name, source);
            case ProductFormat::Bf16:
                return takeTensorTiles<Bf16Words>(context, kernel, call, name, source);
            case ProductFormat::F16:
                return takeTensorTiles<F16Words>(context, kernel, call, name, source);
            case ProductFormat::F32:
                break;
        }
    }
    return takeTiles<PlainTiles>(kernel, call, name + " tiles", source);
}

}  // namespace vitrine::kernels::cuda
