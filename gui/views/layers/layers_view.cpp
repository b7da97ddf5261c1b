// SPDX-License-Identifier: GPL-3.0-or-later
// The layer table as a dock: rows of the model, sums in a footer, selection shared with the canvas.
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/models/count_words.h"
#include "gui/models/layer_model.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"

namespace vitrine::gui {

namespace {

class LayersView : public QWidget {
    Q_DECLARE_TR_FUNCTIONS(LayersView)
  public:
    LayersView(const ViewContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
        buildTable();
        m_sums = new QLabel(this);
        m_sums->setObjectName(QStringLiteral("layers.sums"));
        m_sums->setAccessibleName(tr("Sums over all layers"));
        m_sums->setWordWrap(true);
        m_sums->setContentsMargins(2 * space, space, 2 * space, space);
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        layout->addWidget(m_table, 1);
        layout->addWidget(m_sums);
        setFocusProxy(m_table);
        follow(&context.document, &Document::graphChanged, this, [this] {
            if (m_context.document.lastChange().changesMeaning) changed();
        });
        follow(&context.run, &RunController::tapeChanged, this, [this] { changed(); });
        follow(&context.selection, &Selection::changed, this, [this] { showSelection(); });
        connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
                [this] { select(); });
        connect(m_table, &QTableView::clicked, this, [this] { select(); });  // again
        connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this,
                [this] { fitColumns(); });
        connect(&m_model, &QAbstractItemModel::modelReset, this, [this] { m_isFresh = true; });
        m_later.setSingleShot(true);
        m_later.setInterval(fillDelayMs);
        connect(&m_later, &QTimer::timeout, this, [this] { keepInside(this, [this] { fill(); }); });
        fill();
    }

  protected:
    void showEvent(QShowEvent*) override {
        if (m_stale) fill();
    }
    void resizeEvent(QResizeEvent*) override { fitColumns(); }

  private:
    void buildTable() {
        m_table = new QTableView(this);
        m_table->setObjectName(QStringLiteral("layers.table"));
        m_table->setAccessibleName(tr("Layers"));
        m_table->setModel(&m_model);
        m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
        m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
        m_table->setShowGrid(false);
        m_table->setWordWrap(false);
        m_table->setTextElideMode(Qt::ElideMiddle);
        m_table->verticalHeader()->hide();
        m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
        m_table->horizontalHeader()->setHighlightSections(false);
        m_table->horizontalHeader()->setStretchLastSection(true);
        m_table->horizontalHeader()->setResizeContentsPrecision(mostMeasured);
    }

    /// Filled once the edit is done with, and once for several that follow one another.
    void changed() {
        m_stale = true;
        if (isVisible()) m_later.start();
    }

    void fill() {
        m_stale = false;
        m_updating = true;
        const auto& tape = m_context.run.tape();
        m_model.setRows(
            layerRows(m_context.document.graph(), m_context.document.shapes(), tape.get()));
        fitColumns();
        m_updating = false;
        m_sums->setText(sumsText());
        showSelection();
    }

    QString sumsText() const {
        if (m_model.rows().empty())
            return tr("No layers yet. Add nodes on the canvas: Tab, or a double click.");
        const LayerRow sum = m_model.total();
        const QString text =
            (m_context.document.shapes().ok()
                 ? tr("%1 parameters · %2 FLOPs forward and %3 of activations an image")
                 : tr("As far as shapes are known: %1 parameters · %2 FLOPs forward and %3 of "
                      "activations an image"))
                .arg(exactText(sum.parameters), countText(sum.flops),
                     bytesText(sum.activationBytes));
        const int layers = m_model.layersLeftOut();
        if (layers == 0) return text;
        const QString left =
            layers == 1 ? tr("Left out: 1 layer that is not trained")
                        : tr("Left out: %1 layers that are not trained").arg(exactText(layers));
        const int64_t parameters = m_model.leftOut().parameters;
        return text + QLatin1Char('\n') +
               (parameters == 0 ? left
                                : tr("%1, with %2")
                                      .arg(left, countWords(parameters, tr("1 parameter"),
                                                            tr("%1 parameters"))));
    }

    /// Numbers and shapes in sight are whole; a long name is elided before it pushes them out of
    /// it.
    void fitColumns() {
        constexpr int narrowestName = 96;
        const QAbstractItemView& table = *m_table;
        const auto wanted = [&](int column) {
            const int whole = std::max(table.sizeHintForColumn(column),
                                       m_table->horizontalHeader()->sectionSizeHint(column));
            return m_isFresh ? whole : std::max(whole, m_table->columnWidth(column));
        };
        int others = 0;
        for (int column : {LayerModel::Output, LayerModel::Parameters, LayerModel::Flops,
                           LayerModel::Activation}) {
            m_table->setColumnWidth(column, wanted(column));
            others += m_table->columnWidth(column);
        }
        const int most = std::max(narrowestName, m_table->viewport()->width() - others);
        m_table->setColumnWidth(LayerModel::Name, std::min(wanted(LayerModel::Name), most));
        m_isFresh = false;
    }

    void showSelection() {
        if (m_updating) return;
        m_updating = true;
        QItemSelection selection;
        int first = -1;
        for (const QString& node : m_context.selection.nodes()) {
            const int row = m_model.rowOf(node.toStdString());
            if (row < 0) continue;
            selection.select(m_model.index(row, 0), m_model.index(row, LayerModel::columns - 1));
            if (first < 0) first = row;
        }
        m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
        if (first >= 0) m_table->scrollTo(m_model.index(first, 0));
        m_updating = false;
    }

    void select() {
        if (m_updating) return;
        QStringList nodes;
        for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
            nodes << QString::fromStdString(m_model.rows()[static_cast<size_t>(index.row())].node);
        m_updating = true;
        m_context.selection.selectNodes(nodes);
        m_updating = false;
    }

    static constexpr int fillDelayMs = 30;
    static constexpr int mostMeasured = 64;  ///< rows; those in sight come first

    ViewContext m_context;
    LayerModel m_model;
    QTimer m_later;
    QTableView* m_table = nullptr;
    QLabel* m_sums = nullptr;
    bool m_updating = false, m_stale = false;
    bool m_isFresh = true;  ///< other rows: columns may become narrower
};

}  // namespace

namespace views::layers {
extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "layers",
    .title = QT_TRANSLATE_NOOP("Views", "Layers"),
    .icon = "layers",
    .place = DockPlace::Right,
    .order = 1,
    .shortcut = "Alt+8",
    .tip = QT_TRANSLATE_NOOP("Views", "Every layer with its output, parameters and cost"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new LayersView(context, parent);
    },
};
}  // namespace views::layers

}  // namespace vitrine::gui
