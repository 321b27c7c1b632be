# SPDX-License-Identifier: BSD-2-Clause
"""Which program, file and function the address of an instruction belongs to, by the debugging information."""
import bisect
import os
import subprocess


def text_ranges(elf):
    """The executable parts of a program: (first address, address behind the last)."""
    listing = subprocess.run(["readelf", "-lW", elf], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        word = line.split()
        if word and word[0] == "LOAD" and "E" in "".join(word[6:-1]):
            begin = int(word[2], 16)
            yield begin, begin + int(word[5], 16)


def symbols(elf):
    listing = subprocess.run(["nm", "-n", "--defined-only", elf], capture_output=True, text=True, check=True).stdout
    table = [(int(word[0], 16), word[2]) for word in map(str.split, listing.splitlines()) if word[1] in "tTwW"]
    return [address for address, _ in table], [name for _, name in table]


def source_places(elf, addresses):
    """The innermost file and function of each address."""
    root = os.getcwd() + "/"
    text = subprocess.run(["addr2line", "-a", "-f", "-i", "-e", elf], input="\n".join("%#x" % a for a in addresses),
                          capture_output=True, text=True, check=True).stdout.splitlines()
    starts, names = symbols(elf)
    places, at = {}, 0
    while at < len(text):
        address = int(text[at], 16)
        function, place = text[at + 1], text[at + 2].split(":")[0]
        at += 3
        while at < len(text) and not text[at].startswith("0x"):
            at += 2
        if function == "??":
            index = bisect.bisect_right(starts, address) - 1
            function = names[index] if index >= 0 else "??"
        place = os.path.normpath(place)
        places[address] = (place[len(root):] if place.startswith(root) else place, function)
    return files_repair(places)


def files_repair(places):
    """Link-time optimisation leaves instructions without a file: they get that of their function's other instructions."""
    known = {function: place for place, function in places.values() if place != "<artificial>"}
    return {address: (known.get(function, place) if place == "<artificial>" else place, function)
            for address, (place, function) in places.items()}
