// SPDX-License-Identifier: Apache-2.0
// New from a template, as a person does it: search, fields, facts, and the network on the canvas.
#include <QtTest>
#include <QtWidgets>

#include <set>

#include "gui/shell/template_dialog.h"
#include "tests/gui/support/dialog_answers.h"
#include "tests/gui/support/window_fixture.h"
#include "tests/support/example_sets.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

class TestTemplateDialog : public QObject {
    Q_OBJECT

  private:
    Theme m_theme{ThemeKind::Dark};

    template <class T>
    static T* in(QWidget& dialog, const char* name) {
        T* found = dialog.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("there is no %s", name);
        return found;
    }
    static void search(QWidget& dialog, const QString& words) {
        in<QLineEdit>(dialog, "template.search")->setText(words);
        QCoreApplication::processEvents();  // the fields of what was found get their places
    }
    /// Types into a field and leaves it.
    static void enter(QWidget& dialog, const char* field, const QString& value) {
        if (!QTest::qWaitForWindowActive(dialog.window())) qFatal("the dialog is not active");
        auto* line = in<QLineEdit>(dialog, field);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, value);
        QTest::keyClick(line, Qt::Key_Tab);
    }
    static QStringList ids(const QString& query) {
        QStringList found;
        for (const TemplateDescriptor* of : searchTemplates(query))
            found << QString::fromStdString(std::string(of->id));
        return found;
    }

  private Q_SLOTS:
    void findsTemplates_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("first");
        QTest::newRow("by id") << "resnet18"
                               << "resnet18";
        QTest::newRow("by title") << "DenseNet-121"
                                  << "densenet121";
        QTest::newRow("by what it does") << "segmentation"
                                         << "unet";
        QTest::newRow("by other names") << "vae"
                                        << "variational_autoencoder";
        QTest::newRow("by author") << "sandler"
                                   << "mobilenet_v2";
        QTest::newRow("two words") << "lenet benchmark"
                                   << "bench_lenet";
    }
    void findsTemplates() {
        QFETCH(QString, query);
        QFETCH(QString, first);
        QCOMPARE(ids(query).value(0), first);
    }

    void listsAllUntilSomebodySearches() {
        QCOMPARE(size_t(ids(QString()).size()), allTemplates().size());
        QVERIFY(ids(QStringLiteral("no such thing")).isEmpty());
    }

    void makesNetworksForThePresentData() {
        PresentData present;
        present.settings.format = "image_folder";
        present.settings.folder = "/pictures/birds";
        present.columns = imageColumns({1, 40, 48}, 7);
        TemplateDialog dialog(m_theme, nullptr, present);
        dialog.show();
        search(dialog, QStringLiteral("resnet20"));
        auto* forPresent = in<QCheckBox>(dialog, "template.forPresent");
        auto* data = in<QLabel>(dialog, "template.data");
        QVERIFY(forPresent->isChecked());
        QCOMPARE(in<QLineEdit>(dialog, "template.field.classes")->text(), QStringLiteral("7"));
        QCOMPARE(in<QLineEdit>(dialog, "template.field.width")->text(), QStringLiteral("48"));
        QVERIFY2(data->text().contains(QStringLiteral("/pictures/birds")),
                 qPrintable(data->text()));
        QCOMPARE(dialog.project().data.format, std::string("image_folder"));

        enter(dialog, "template.field.width", QStringLiteral("40"));
        QVERIFY2(data->text().contains(QStringLiteral("does not take the present data")),
                 qPrintable(data->text()));
        QVERIFY(dialog.project().data.format != "image_folder");

        forPresent->click();
        QCOMPARE(in<QLineEdit>(dialog, "template.field.width")->text(), QStringLiteral("32"));
        QVERIFY(dialog.project().data.format != "image_folder");
    }

    /// Training pixels are half 0 and half 255: their mean is 0.5, and so is their deviation.
    void presentImagesAreMeasured() {
        PresentData present;
        present.settings.format = "image_folder";
        present.settings.folder = "/pictures/birds";
        present.settings.normalisation = emptyProject().data.normalisation;  // nobody's choice
        auto data = std::make_shared<Dataset>();
        data->columns = imageColumns({1, 32, 32}, 10);
        std::vector<uint8_t> pixels(20 * 1024);
        for (size_t i = 0; i < pixels.size(); i += 2) pixels[i] = 255;
        data->train = labelledImages(pixels, std::vector<int32_t>(20, 3));
        present.columns = data->columns;
        present.stored = data;
        TemplateDialog dialog(m_theme, nullptr, present);
        dialog.show();
        search(dialog, QStringLiteral("resnet20"));
        auto* words = in<QLabel>(dialog, "template.data");
        QTRY_VERIFY2(words->text().contains(QStringLiteral("those of its images: 0.5 and 0.5")),
                     qPrintable(words->text()));
        QCOMPARE(dialog.project().data.normalisation.mean.at(0), 0.5);
        QCOMPARE(dialog.project().data.normalisation.std.at(0), 0.5);
    }

    /// What somebody has chosen stays.
    void chosenNormalisationStays() {
        PresentData present;
        present.settings.format = "image_folder";
        present.settings.normalisation = {.mean = 0.25, .std = 0.125};
        present.columns = imageColumns({1, 32, 32}, 10);
        TemplateDialog dialog(m_theme, nullptr, present);
        search(dialog, QStringLiteral("resnet20"));
        QCOMPARE(dialog.project().data.normalisation.mean.at(0), 0.25);
    }

    void factsFollowFields() {
        TemplateDialog dialog(m_theme, nullptr);
        dialog.show();
        search(dialog, QStringLiteral("lenet5"));
        auto* facts = in<QLabel>(dialog, "template.facts");
        QTRY_VERIFY(facts->text().contains(QStringLiteral("parameters")));
        const QString before = facts->text();
        QVERIFY2(before.contains(QLocale().toString(61706)), qPrintable(before));
        QVERIFY(before.contains(QStringLiteral("[N, 10]")));
        QVERIFY(in<QLabel>(dialog, "template.data")->text().contains(QStringLiteral("Strokes")));
        enter(dialog, "template.field.classes", QStringLiteral("7"));
        // 85 numbers for each of three classes less.
        QTRY_VERIFY(facts->text().contains(QLocale().toString(61706 - 3 * 85)));
        QVERIFY(facts->text().contains(QStringLiteral("[N, 7]")));
    }

    void fieldsThatDoNotGoTogetherMakeNothing() {
        TemplateDialog dialog(m_theme, nullptr);
        dialog.show();
        search(dialog, QStringLiteral("vit"));
        auto* create = in<QPushButton>(dialog, "template.create");
        QVERIFY(create->isEnabled());
        enter(dialog, "template.field.height", QStringLiteral("100"));
        QVERIFY(!create->isEnabled());
        QCOMPARE(in<QLabel>(dialog, "template.trouble")->text(),
                 QStringLiteral("Height 100 is no multiple of the patch, 16."));
        enter(dialog, "template.field.height", QStringLiteral("96"));
        QVERIFY(create->isEnabled());
        QVERIFY(in<QLabel>(dialog, "template.trouble")->isHidden());
    }

    void arrowsChooseWhileOneSearches() {
        TemplateDialog dialog(m_theme, nullptr);
        dialog.show();
        auto* field = in<QLineEdit>(dialog, "template.search");
        auto* list = in<QListWidget>(dialog, "template.list");
        const QString title = in<QLabel>(dialog, "template.title")->text();
        QTest::keyClick(field, Qt::Key_Down);
        QCOMPARE(list->currentRow(), 1);
        QVERIFY(in<QLabel>(dialog, "template.title")->text() != title);
        QTest::keyClick(field, Qt::Key_Up);
        QTest::keyClick(field, Qt::Key_Up);
        QCOMPARE(list->currentRow(), 0);
        QCOMPARE(in<QLabel>(dialog, "template.title")->text(), title);
    }

    void comesOntoTheCanvasLaidOut() {
        WindowFixture fixture;
        fixture.show();
        const DialogAnswers person({[](QWidget& dialog) {
            search(dialog, QStringLiteral("resnet20"));
            enter(dialog, "template.field.blocks", QStringLiteral("2"));
            in<QPushButton>(dialog, "template.create")->click();
        }});
        fixture.trigger("file.new_from_template");
        QVERIFY(person.areAllGiven());
        Document& document = fixture.bench().document;
        QVERIFY(document.graph().find("layer3_2_add"));
        QVERIFY(!document.graph().find("layer3_3_add"));
        QVERIFY(document.file().isEmpty());
        QVERIFY(document.isModified());
        QTRY_VERIFY_WITH_TIMEOUT(document.project().unplaced.empty(), 20000);
        std::set<std::pair<double, double>> places;
        for (const Node& node : document.graph().nodes())
            places.insert({node.position.x, node.position.y});
        QCOMPARE(places.size(), document.graph().nodes().size());
    }

    void asksForDataWhereNoneAreChosen() {
        WindowFixture fixture;
        fixture.show();
        const DialogAnswers person({[](QWidget& dialog) {
            search(dialog, QStringLiteral("squeezenet"));
            in<QPushButton>(dialog, "template.create")->click();
        }});
        fixture.trigger("file.new_from_template");
        QVERIFY(person.areAllGiven());
        auto* banner = fixture.find<QWidget>("dataBanner");
        QTRY_VERIFY(banner->isVisible());
        QCOMPARE(fixture.find<QLabel>("data.sentence")->text(),
                 QStringLiteral("No data are chosen yet."));
    }

    void leavesWhatIsThereWhenItIsClosed() {
        WindowFixture fixture;
        fixture.show();
        const Graph before = fixture.bench().document.graph();
        const DialogAnswers person({DialogAnswers::escape()});
        fixture.trigger("file.new_from_template");
        QVERIFY(person.areAllGiven());
        QVERIFY(fixture.bench().document.graph() == before);
    }
};

QTEST_MAIN(TestTemplateDialog)
#include "tst_template_dialog.moc"
