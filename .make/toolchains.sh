#!/usr/bin/env bash
# Checks that Rust and Node.js are installed and new enough: `.make/toolchains.sh rust node`.
#
# It doesn't install them, because people manage them with rustup, nvm or their system.
set -euo pipefail

rust_at_least=1.90
node_at_least=20.19

not_older() { # HAVE WANT
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

rust() {
    local have
    if ! command -v cargo >/dev/null || ! have=$(rustc --version 2>/dev/null | cut -d ' ' -f 2); then
        echo "Rust was not found. Install version $rust_at_least or newer from https://rustup.rs." >&2
        return 1
    fi
    if ! not_older "$have" "$rust_at_least"; then
        echo "Rust $have is too old; $rust_at_least or newer is needed. With rustup: rustup update stable" >&2
        return 1
    fi
}

node() {
    local have
    if ! command -v npm >/dev/null || ! have=$(command node --version 2>/dev/null); then
        echo "Node.js or npm was not found. Install version $node_at_least or newer from https://nodejs.org." >&2
        return 1
    fi
    if ! not_older "${have#v}" "$node_at_least"; then
        echo "Node.js ${have#v} is too old; $node_at_least or newer is needed." >&2
        return 1
    fi
}

good=yes
for toolchain in "$@"; do
    case "$toolchain" in
        rust) rust || good=no ;;
        node) node || good=no ;;
        *) echo "toolchains.sh: unknown toolchain \"$toolchain\" (expected rust or node)" >&2; exit 2 ;;
    esac
done
[ "$good" = yes ]
