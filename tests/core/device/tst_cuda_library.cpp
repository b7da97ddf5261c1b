// SPDX-License-Identifier: Apache-2.0
// The library with CUDA's kernels, as it is found or not: that it is missing, or another, is a
// reason and no more. Where it was built it loads here, on a machine with or without a device.
#include "core/device/cublas_library.h"
#include "core/device/cuda_library.h"

#include <QtTest/QtTest>

#include <dlfcn.h>

#include <QFileInfo>
#include <QTemporaryDir>

#include "core/device/device.h"

using namespace vitrine;

namespace {

const QString builtLibrary = QStringLiteral(VITRINE_BINARY_DIR "/bin/libvitrine_cuda.so");

QString reasonFor(const QString& path) {
    const DeviceLibrary library = loadDeviceLibrary({path.toStdString()});
    return library.table ? "usable" : QString::fromStdString(library.reason);
}

/// Where the C library lies: a library that gives no kernels.
QString pathOfAnotherLibrary() {
    Dl_info info{};
    dladdr(reinterpret_cast<const void*>(&std::abort), &info);
    return QFileInfo(QString::fromLocal8Bit(info.dli_fname)).absoluteFilePath();
}

}  // namespace

class TestCudaLibrary : public QObject {
    Q_OBJECT
  private slots:
    void thatNoneIsThereIsAReason();
    void looksBesideTheProgramAlone();
    void takesTheFirstThatIsThere();
    void tellsWhatIsNoLibrary();
    void tellsWhatIsAnotherLibrary();
    void tellsWhatBelongsToAnotherVersion();
    void loadsHereWhereItWasBuilt();
    void saysThatThereIsNoDevice();
    void findsCublasLtWhereItIs();
};

void TestCudaLibrary::thatNoneIsThereIsAReason() {
    const DeviceLibrary none = loadDeviceLibrary({"/nowhere/libvitrine_cuda.so"});
    QVERIFY(!none.table);
    QVERIFY(none.path.empty());
    QCOMPARE(QString::fromStdString(none.reason),
             QString("libvitrine_cuda.so is not there: this program was built without CUDA."));
    QVERIFY(!loadDeviceLibrary({}).table);
}

void TestCudaLibrary::looksBesideTheProgramAlone() {
    const QString folder = QFileInfo("/proc/self/exe").canonicalFilePath().section('/', 0, -2);
    const std::vector<std::string> paths = cudaLibraryPaths();
    QVERIFY(!paths.empty());
    QCOMPARE(QString::fromStdString(paths[0]), folder + "/libvitrine_cuda.so");
    for (const std::string& path : paths)
        QVERIFY2(path.starts_with(folder.section('/', 0, -2).toStdString()), path.c_str());
}

void TestCudaLibrary::takesTheFirstThatIsThere() {
    QTemporaryDir folder;
    const QString text = folder.filePath("text.so");
    QFile file(text);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no library") > 0);
    file.close();
    const DeviceLibrary library = loadDeviceLibrary(
        {"/nowhere/a.so", text.toStdString(), pathOfAnotherLibrary().toStdString()});
    QCOMPARE(QString::fromStdString(library.path), text);
    QVERIFY(!library.table);
}

void TestCudaLibrary::tellsWhatIsNoLibrary() {
    QTemporaryDir folder;
    const QString path = folder.filePath("libvitrine_cuda.so");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no library") > 0);
    file.close();
    QVERIFY2(reasonFor(path).contains(path), qPrintable(reasonFor(path)));
}

void TestCudaLibrary::tellsWhatIsAnotherLibrary() {
    const QString path = pathOfAnotherLibrary();
    QCOMPARE(reasonFor(path), path + " has no kernels for this program.");
}

void TestCudaLibrary::tellsWhatBelongsToAnotherVersion() {
    const QString path = QStringLiteral(VITRINE_BINARY_DIR "/bin/libother_version.so");
    QCOMPARE(reasonFor(path), path + " belongs to another version of this program.");
}

void TestCudaLibrary::loadsHereWhereItWasBuilt() {
    if (!QFileInfo::exists(builtLibrary)) QSKIP("skipped: built without CUDA");
    const DeviceLibrary library = loadDeviceLibrary(cudaLibraryPaths());
    QVERIFY2(library.table, library.reason.c_str());
    QCOMPARE(library.path, builtLibrary.toStdString());
    QCOMPARE(QString(library.table->kind), QString("CUDA"));
}

void TestCudaLibrary::saysThatThereIsNoDevice() {
    const kernels::DeviceTable* const table = loadDeviceLibrary(cudaLibraryPaths()).table;
    if (!table) QSKIP("skipped: built without CUDA");
    if (table->deviceCount() > 0) QSKIP("skipped: this machine has a device");
    const auto device = Device::open(*table);
    QVERIFY(!device.ok());
    QCOMPARE(QString::fromStdString(device.error().code), QString("H05"));
    const QString message = QString::fromStdString(device.error().message);
    // Without a driver by our own words, else by those of CUDA.
    QVERIFY2(
        message.startsWith("CUDA, looking for devices: ") &&
            (message.endsWith("this machine has no NVIDIA driver") || message.contains("CUDA ")),
        qPrintable(message));
    kernels::DeviceContext* context = nullptr;
    QVERIFY(table->open(0, kernels::ProductFormat::F32, &context) != kernels::DeviceStatus::Ok);
    QVERIFY(!context);
    QVERIFY(*table->errorText());
}

/// Any library under that name stands for NVIDIA's: it is found, not used.
void TestCudaLibrary::findsCublasLtWhereItIs() {
    QTemporaryDir folder;
    const QString damaged = folder.filePath("libcublasLt.so.13");
    const QString there = folder.filePath("libcublasLt.so.12");
    QFile file(damaged);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no library") > 0);
    file.close();
    const std::vector<std::string> files{damaged.toStdString(), there.toStdString()};
    QCOMPARE(findCublasLt(files), std::string());
    QVERIFY(QFile::copy(VITRINE_BINARY_DIR "/bin/libother_version.so", there));
    QCOMPARE(findCublasLt(files), there.toStdString());
    QCOMPARE(findCublasLt({}), std::string());
    for (const std::string& name : cublasLtFiles())
        QVERIFY2(QString::fromStdString(name).contains("libcublasLt.so.1"), name.c_str());
}

QTEST_APPLESS_MAIN(TestCudaLibrary)
#include "tst_cuda_library.moc"
