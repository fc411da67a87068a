#!/bin/sh
# Fuzzes one target for a number of seconds: ./run.sh render 600
# It starts with a picture of every format. `corpus` keeps what it has learned, `findings` the failing inputs.
# libFuzzer's coverage counters work with the stable compiler; its address sanitizer does not.
set -eu
cd "$(dirname "$0")"
SEEDS="$PWD/corpus/seeds" cargo test -q -p imaging --test pictures --manifest-path ../Cargo.toml -- \
    --ignored first_pictures >/dev/null
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
target=$(rustc -vV | sed -n 's/^host: //p')
cargo build --release --target "$target" --bin "$1"
mkdir -p "corpus/$1" findings
exec "${CARGO_TARGET_DIR:-target}/$target/release/$1" -max_total_time="$2" -timeout=5 -rss_limit_mb=2048 \
    -max_len=65536 -artifact_prefix=findings/ "corpus/$1" corpus/seeds
