// SPDX-License-Identifier: Apache-2.0
// Walks every control of the real window: the wheel changes none that it passes and scrolls what
// lies behind, and each that takes the focus has a name for those who cannot see it.
#include <QtTest/QtTest>
#include <QtWidgets/QtWidgets>

#include "gui/bridge/selection.h"
#include "tests/gui/support/small_project.h"
#include "tests/gui/support/window_fixture.h"

namespace vitrine::gui {

namespace {

/// What a control stands at.
QString valueOf(const QWidget* widget) {
    if (const auto* combo = qobject_cast<const QComboBox*>(widget)) return combo->currentText();
    if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(widget)) return spin->text();
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
        return QString::number(tabs->currentIndex());
    if (const auto* slider = qobject_cast<const QAbstractSlider*>(widget))
        return QString::number(slider->value());
    return {};
}

bool isControl(const QWidget* widget) {
    return !qobject_cast<const QScrollBar*>(widget) && !valueOf(widget).isEmpty() &&
           widget->isVisible() && widget->isEnabled();
}

void turnWheel(QWidget* widget, int notches) {
    const QPointF at = QRectF(widget->rect()).center();
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QSpontaneKeyEvent::setSpontaneous(&event);  // others are not handed on to the parent
    qApp->notify(widget, &event);
}

QString nameOf(const QWidget* widget) {
    return QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName());
}

}  // namespace

class EveryControlTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        m_fixture = std::make_unique<test::WindowFixture>();
        m_fixture->show({1360, 860});
        QVERIFY(m_fixture->window().open(
            test::saveInto(m_fixture->folder(), "small", test::smallProject(test::smallNetwork))));
    }
    void cleanupTestCase() { m_fixture.reset(); }

    void theWheelChangesNothingThatItPasses() {
        QStringList seen;
        onEveryPage([&] {
            for (QWidget* widget : m_fixture->window().findChildren<QWidget*>()) {
                if (!isControl(widget) || seen.contains(nameOf(widget))) continue;
                seen << nameOf(widget);
                QVERIFY2(widget->focusPolicy() != Qt::WheelFocus, qPrintable(nameOf(widget)));
                for (const int notches : {-1, 1, -3}) {
                    const QString before = valueOf(widget);
                    turnWheel(widget, notches);
                    QVERIFY2(valueOf(widget) == before, qPrintable(nameOf(widget)));
                }
            }
        });
        for (const char* name : {"QComboBox properties.format", "QComboBox train.non_finite",
                                 "DeviceBox train.device", "QSlider", "QTabBar"})
            QVERIFY2(!seen.filter(name).isEmpty(), qPrintable(seen.join("; ")));
        QVERIFY(seen.size() > 8);
    }

    void whatLiesBehindScrolls() {
        m_fixture->window().resize(1360, 700);
        m_fixture->bench().selection.selectNodes({});
        auto* combo = m_fixture->find<QComboBox>("properties.optimizer");
        QScrollArea* area = nullptr;
        for (QWidget* up = combo; up && !area; up = up->parentWidget())
            area = qobject_cast<QScrollArea*>(up);
        QVERIFY(area);
        QTRY_VERIFY(area->verticalScrollBar()->maximum() > 0);
        turnWheel(combo, -1);
        QVERIFY(area->verticalScrollBar()->value() > 0);
    }

    void whatWasClickedTurns() {
        auto* combo = m_fixture->find<QComboBox>("train.non_finite");
        combo->setFocus(Qt::OtherFocusReason);  // nobody's hand
        turnWheel(combo, -1);
        QCOMPARE(combo->currentIndex(), 0);
        m_fixture->find<QLineEdit>("train.seed")->setFocus();
        combo->setFocus(Qt::TabFocusReason);
        turnWheel(combo, -1);
        QCOMPARE(combo->currentIndex(), 1);
        m_fixture->find<QLineEdit>("train.seed")->setFocus();
        turnWheel(combo, -1);
        QCOMPARE(combo->currentIndex(), 1);
    }

    void anOpenListScrolls() {
        QComboBox combo(&m_fixture->window());
        for (int i = 0; i < 200; ++i) combo.addItem(QString::number(i));
        combo.setMaxVisibleItems(5);
        combo.setStyleSheet(QStringLiteral("combobox-popup: 0;"));
        combo.show();
        combo.showPopup();
        QTRY_VERIFY(combo.view()->isVisible());
        turnWheel(combo.view()->viewport(), -2);
        QVERIFY(combo.view()->verticalScrollBar()->value() > 0);
        QCOMPARE(combo.currentIndex(), 0);
        combo.hidePopup();
    }

    void whatTakesTheFocusHasAName() {
        QStringList nameless;
        onEveryPage([&] {
            for (QWidget* widget : m_fixture->window().findChildren<QWidget*>()) {
                if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus) continue;
                if (widget->focusProxy() || widget->accessibleName().size() > 0) continue;
                const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                if (face && !face->text(QAccessible::Name).isEmpty()) continue;
                nameless << nameOf(widget) + " in " + nameOf(widget->parentWidget());
            }
        });
        nameless.removeDuplicates();
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join("; ")));
    }

  private:
    /// With each dock in front, with and without a selected node, and on each page of a dock.
    template <class Look>
    void onEveryPage(Look look) {
        for (const QStringList& nodes :
             {QStringList{}, QStringList{"conv1"}, QStringList{"loss"}}) {
            m_fixture->bench().selection.selectNodes(nodes);
            for (QDockWidget* dock : m_fixture->window().findChildren<QDockWidget*>()) {
                dock->show();
                dock->raise();
                QCoreApplication::processEvents();
                look();
                for (QTabWidget* tabs : dock->findChildren<QTabWidget*>())
                    for (int page = 0; page < tabs->count(); ++page) {
                        tabs->setCurrentIndex(page);
                        QCoreApplication::processEvents();
                        look();
                    }
            }
        }
    }

    std::unique_ptr<test::WindowFixture> m_fixture;
};

}  // namespace vitrine::gui

QTEST_MAIN(vitrine::gui::EveryControlTest)
#include "tst_every_control.moc"
