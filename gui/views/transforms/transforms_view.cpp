// SPDX-License-Identifier: GPL-3.0-or-later
// The transforms dock: lists of what happens to examples on their way to the network, and beside
// them what becomes of real ones.
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/bridge/background.h"
#include "gui/bridge/follow.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/theme/theme.h"
#include "gui/views/transforms/transform_editor.h"
#include "gui/views/transforms/transform_strip.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/empty_state.h"

namespace vitrine::gui {

namespace {

class TransformsView : public QSplitter {
    Q_DECLARE_TR_FUNCTIONS(TransformsView)
  public:
    TransformsView(const ViewContext& context, QWidget* parent)
        : QSplitter(Qt::Horizontal, parent), m_context(context) {
        setChildrenCollapsible(false);
        m_editor = new TransformEditor(context, this);
        addWidget(m_editor);
        addWidget(buildStrip());
        setStretchFactor(0, 2);
        setStretchFactor(1, 3);
        setSizes({2000, 3000});      // in proportion
        constexpr int delayMs = 30;  // several things may change at once
        m_delay.setSingleShot(true);
        m_delay.setInterval(delayMs);
        connect(&m_delay, &QTimer::timeout, this, [this] { ask(); });
        connect(&m_work, &BackgroundWork::finished, this, [this] { answerIsThere(); });
        connect(m_editor, &TransformEditor::listChanged, this, [this] { wantStrip(); });
        connect(m_editor, &TransformEditor::chosenChanged, this, [this] { showChosen(); });
        connect(m_strip, &TransformStrip::entryClicked, m_editor, &TransformEditor::choose);
        follow(&context.run, &RunController::dataChanged, this, [this] { wantStrip(); });
        follow(&context.run, &RunController::loadingChanged, this, [this] { wantStrip(); });
        wantStrip();
    }

  protected:
    void showEvent(QShowEvent* event) override {
        QSplitter::showEvent(event);
        wantStrip();
    }
    void resizeEvent(QResizeEvent* event) override {
        QSplitter::resizeEvent(event);
        if (m_strip->rowsIn(m_scroll->viewport()->height()) != m_rows) wantStrip();
    }

  private:
    QWidget* buildStrip() {
        auto* content = new QWidget;
        auto* column = new QVBoxLayout(content);
        column->setContentsMargins(2 * space, space, 2 * space, 2 * space);
        column->setSpacing(space);
        m_strip = new TransformStrip(m_context.theme, nullptr);
        m_scroll = new QScrollArea;
        m_scroll->setObjectName(QStringLiteral("transforms.pictures"));
        m_scroll->setAccessibleName(tr("Examples"));
        m_scroll->setFrameShape(QFrame::NoFrame);
        m_scroll->setWidgetResizable(true);
        m_scroll->setWidget(m_strip);
        m_trouble = new QLabel;
        m_trouble->setObjectName(QStringLiteral("transforms.trouble"));
        m_trouble->setProperty("bad", true);
        m_trouble->setWordWrap(true);
        m_trouble->setTextFormat(Qt::PlainText);
        m_trouble->hide();
        column->addLayout(buildHead());
        column->addWidget(m_given);
        column->addWidget(m_trouble);
        column->addWidget(m_scroll, 1);
        m_empty = new EmptyState({}, {}, content);
        m_empty->setObjectName(QStringLiteral("transforms.no_data"));
        m_choose = m_empty->addButton(tr("Choose data …"), "transforms.choose_data");
        connect(m_choose, &QPushButton::clicked, this, [this] {
            if (QAction* choose = m_context.actions.find("data.choose")) choose->trigger();
        });
        return m_empty;
    }

    QHBoxLayout* buildHead() {
        m_first = new QSpinBox;
        m_first->setObjectName(QStringLiteral("transforms.first"));
        m_first->setAccessibleName(tr("Example"));
        m_first->setToolTip(tr("The example in the first row; the others are far from it"));
        m_first->setPrefix(tr("Example "));
        connect(m_first, &QSpinBox::valueChanged, this, [this] { wantStrip(); });
        m_draw = new QToolButton;
        m_draw->setObjectName(QStringLiteral("transforms.draw"));
        m_draw->setText(tr("Draw again"));
        m_draw->setAccessibleName(tr("Draw again"));
        m_draw->setToolTip(tr("The same examples in the next epoch: other flips, other crops"));
        connect(m_draw, &QToolButton::clicked, this, [this] {
            ++m_epoch;
            wantStrip();
        });
        m_given = new QLabel;
        m_given->setObjectName(QStringLiteral("transforms.given"));
        m_given->setProperty("quiet", true);
        m_given->setWordWrap(true);
        m_given->hide();
        auto* row = new QHBoxLayout;
        row->setSpacing(2 * space);
        row->addStretch(1);
        row->addWidget(m_first);
        row->addWidget(m_draw);
        return row;
    }

    const ExampleSet* examples() const {
        const auto& stored = m_context.run.storedData();
        if (!stored) return nullptr;
        return m_editor->isEvaluation() ? &stored->test : &stored->train;
    }

    void wantStrip() {
        if (isVisible()) m_delay.start();
    }

    void ask() {
        const ExampleSet* set = examples();
        const bool isThere = set && set->count > 0;
        m_empty->setEmpty(!isThere);
        if (!isThere) return tellWhyNot(set != nullptr);
        if (m_work.isRunning()) {
            m_isOutdated = true;
            return;
        }
        m_first->setMaximum(static_cast<int>(std::min<int64_t>(set->count - 1, 1'000'000'000)));
        m_rows = m_strip->rowsIn(m_scroll->viewport()->height());
        const Project& project = m_context.document.project();
        TransformQuestion question{
            .stored = m_context.run.storedData(),
            .isTest = m_editor->isEvaluation(),
            .list = transformsOf(m_editor->list()),
            .first = m_first->value(),
            .rows = m_rows,
            .occasion = {static_cast<uint64_t>(project.training.seed), m_epoch}};
        m_work.run("showing examples", [question] { return transformSheetOf(question); });
    }

    void answerIsThere() {
        TransformSheet sheet = m_work.take();
        if (std::exchange(m_isOutdated, false)) return ask();
        m_trouble->setVisible(sheet.error.has_value());
        if (sheet.error) m_trouble->setText(sentenceOf(inWindowWords(*sheet.error)) + tr("."));
        m_given->setVisible(sheet.given != sheet.stored);
        m_given->setText(
            tr("The network gets %1, the data have %2.").arg(sheet.given, sheet.stored));
        const bool isOtherList = sheet.titles != m_strip->sheet().titles;
        m_strip->show(std::move(sheet));
        if (isOtherList) showChosen();
    }

    /// Its pictures come into sight.
    void showChosen() {
        const int entry = m_editor->chosen();
        m_strip->setChosen(entry);
        const QRect column = m_strip->columnOf(entry);
        m_scroll->ensureVisible(column.center().x(), m_scroll->verticalScrollBar()->value(),
                                column.width() / 2, 0);
    }

    void tellWhyNot(bool isPartEmpty) {
        m_choose->setVisible(!m_context.run.isLoading());
        if (m_context.run.isLoading())
            m_empty->setText(tr("Reading the data …"), {});
        else if (isPartEmpty)
            m_empty->setText(tr("This part of the data is empty"),
                             tr("Data with examples for testing show them here."));
        else
            m_empty->setText(tr("No examples yet"),
                             tr("Choose data, or drop a folder on the window: what becomes of "
                                "them is shown here."));
    }

    ViewContext m_context;
    TransformEditor* m_editor;
    TransformStrip* m_strip = nullptr;
    QScrollArea* m_scroll = nullptr;
    EmptyState* m_empty = nullptr;
    QPushButton* m_choose = nullptr;
    QLabel *m_given = nullptr, *m_trouble = nullptr;
    QSpinBox* m_first = nullptr;
    QToolButton* m_draw = nullptr;
    QTimer m_delay;
    Background<TransformSheet> m_work;
    int m_rows = 0;
    int64_t m_epoch = 0;
    bool m_isOutdated = false;
};

}  // namespace

namespace views::transforms {
extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "transforms",
    .title = QT_TRANSLATE_NOOP("Views", "Transforms"),
    .icon = "transforms",
    .place = DockPlace::BottomLeft,
    .order = 3,
    .shortcut = "Alt+Shift+T",
    .tip = QT_TRANSLATE_NOOP("Views",
                             "What happens to examples on their way to the network: flips, crops, "
                             "colours, shown on real ones"),
    .create = [](const ViewContext& context, QWidget* parent) -> QWidget* {
        return new TransformsView(context, parent);
    },
};
}  // namespace views::transforms

}  // namespace vitrine::gui
