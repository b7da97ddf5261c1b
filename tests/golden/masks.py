# SPDX-License-Identifier: Apache-2.0
# The PNG files of tests/core/data/tst_masks.cpp, as hexadecimal text. Made with Pillow 13.0.0.
import io

from PIL import Image


def png(mode, numbers, **options):
    image = Image.new(mode, (3, 2))
    if mode == "P":
        # Colours say nothing of the numbers.
        image.putpalette([(7 * i + 91) % 256 for i in range(3 * 17)])
    image.putdata(numbers)
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue().hex()


print("P8", png("P", [0, 1, 2, 3, 2, 16]))
print("P2", png("P", [0, 1, 2, 3, 2, 0], bits=2))
print("L8", png("L", [0, 1, 2, 3, 2, 255]))
