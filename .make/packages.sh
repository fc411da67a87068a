#!/usr/bin/env bash
# Checks that the system packages for a build are installed: `.make/packages.sh build app test`.
#
# On Debian and Ubuntu it installs the missing ones, after naming them and what they are for. On other systems it prints
# the command that installs them, and stops.
set -euo pipefail

why() {
    case "$1" in
        build) echo "C compiler, CMake and NASM, for the image codecs" ;;
        app) echo "WebKitGTK, for the window" ;;
        test) echo "for tests that open the window in a virtual display, and the dashboard in Chromium" ;;
    esac
}

# Package names by system and purpose. On Fedora, a path stands for the package that provides the file.
names() {
    case "$1/$2" in
        debian/build) echo build-essential pkg-config cmake nasm ;;
        debian/app) echo libwebkit2gtk-4.1-dev ;;
        debian/test) echo xvfb xauth x11-utils dbus dbus-x11 gnome-keyring libsecret-tools xdotool xclip \
            webkit2gtk-driver openbox imagemagick fonts-dejavu-core python3-gi gir1.2-gtk-3.0 \
            at-spi2-core gir1.2-atspi-2.0 curl chromium ;;
        fedora/build) echo gcc gcc-c++ pkgconf-pkg-config cmake nasm ;;
        fedora/app) echo webkit2gtk4.1-devel ;;
        fedora/test) echo /usr/bin/Xvfb /usr/bin/xauth /usr/bin/xdpyinfo /usr/bin/dbus-run-session gnome-keyring \
            /usr/bin/secret-tool xdotool xclip /usr/bin/WebKitWebDriver openbox ImageMagick dejavu-sans-fonts \
            python3-gobject gtk3 at-spi2-core curl chromium ;;
        arch/build) echo gcc pkgconf cmake nasm ;;
        arch/app) echo webkit2gtk-4.1 ;;
        arch/test) echo xorg-server-xvfb xorg-xauth xorg-xdpyinfo dbus gnome-keyring libsecret xdotool xclip \
            webkitgtk-6.0 openbox imagemagick ttf-dejavu python-gobject gtk3 at-spi2-core curl chromium ;;
        macos/build) echo cmake nasm pkg-config ;;
        macos/*) ;;
    esac
}

system() {
    if [ "$(uname -s)" = Darwin ]; then echo macos
    elif command -v apt-get >/dev/null; then echo debian
    elif command -v dnf >/dev/null; then echo fedora
    elif command -v pacman >/dev/null; then echo arch
    else echo unknown
    fi
}

installed() {
    case "$1" in
        debian) [ "$(dpkg-query -W -f='${db:Status-Status}' "$2" 2>/dev/null)" = installed ] ;;
        fedora) rpm -q --quiet --whatprovides "$2" ;;
        arch) pacman -Qq "$2" >/dev/null 2>&1 ;;
        macos) command -v "$2" >/dev/null ;;
    esac
}

how() {
    case "$1" in
        fedora) echo "sudo dnf install" ;;
        arch) echo "sudo pacman -S --needed" ;;
        macos) echo "brew install" ;;
    esac
}

install_on_debian() {
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Installing packages needs root, and sudo was not found. As root, run:" >&2
            echo "  apt-get install --no-install-recommends $*" >&2
            exit 1
        fi
        echo "Installing system packages needs root; sudo may ask for your password."
        root=(sudo)
    fi
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update
    "${apt[@]}" install --yes --no-install-recommends "$@"
}

here=$(system)
if [ "$here" = unknown ]; then
    echo "Unknown package manager. These packages are needed (names as on Debian):" >&2
    for purpose in "$@"; do echo "  $(names debian "$purpose")   ($(why "$purpose"))" >&2; done
    echo "To skip this check, run: make PACKAGES=installed …" >&2
    exit 1
fi

if [ "$here" = macos ] && ! xcode-select -p >/dev/null 2>&1; then
    echo "The C compiler is missing. Install it with: xcode-select --install" >&2
    exit 1
fi

missing=()
for purpose in "$@"; do
    lacking=()
    for name in $(names "$here" "$purpose"); do
        installed "$here" "$name" || lacking+=("$name")
    done
    if [ "${#lacking[@]}" -gt 0 ]; then
        echo "Missing: ${lacking[*]} ($(why "$purpose"))"
        missing+=("${lacking[@]}")
    fi
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$here" = debian ]; then
    install_on_debian "${missing[@]}"
else
    echo "Install with: $(how "$here") ${missing[*]}" >&2
    exit 1
fi
