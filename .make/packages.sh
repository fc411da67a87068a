#!/usr/bin/env bash
# Sees to the system packages that a build needs: `.make/packages.sh build app test`.
#
# On Debian and Ubuntu it installs the missing ones, and only those, saying which and why.
# Elsewhere it names them and stops: it doesn't know those systems well enough to change them.
set -euo pipefail

why() {
    case "$1" in
        build) echo "the C compiler, CMake and NASM build the image codecs" ;;
        app) echo "the window is drawn by WebKitGTK" ;;
        test) echo "the tests open the real window on a display of their own, with a keychain, a clipboard and a mouse, and the dashboard in Chromium" ;;
    esac
}

# The names by system and purpose. Fedora's may be files: its tools look up who provides one.
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
            echo "This needs root, and there is no sudo here. As root, run:" >&2
            echo "  apt-get install --no-install-recommends $*" >&2
            exit 1
        fi
        echo "Installing system packages needs root: sudo may ask for your password."
        root=(sudo)
    fi
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update
    "${apt[@]}" install --yes --no-install-recommends "$@"
}

here=$(system)
if [ "$here" = unknown ]; then
    echo "This system's package manager is not known here. Needed are, by their Debian names:" >&2
    for purpose in "$@"; do echo "  $(names debian "$purpose")   ($(why "$purpose"))" >&2; done
    echo "Go on without this check by: make PACKAGES=installed …" >&2
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
