#!/usr/bin/env bash
# `make run` without a display: starts the server and prints a key and a curl command to try it.
# Usage: .make/without-display.sh PATH_TO_VITRINE
set -euo pipefail
vitrine=$1

output=$(mktemp)
"$vitrine" serve >"$output" &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true; wait "$server" || true; rm -f "$output"' EXIT
trap 'exit 0' INT TERM

# The server prints its address once it accepts connections, and exits if it can't listen.
until address=$(sed -n 's/^listening on //p' "$output") && [ -n "$address" ]; do
    kill -0 "$server" 2>/dev/null || { wait "$server" || exit $?; exit 1; }
    sleep 0.1
done
key=$("$vitrine" key create --name "make run" --expires 7d 2>/dev/null)

cat <<TEXT

  The server is running at $address. This key is valid for 7 days:

    $key

  Try it with one of your pictures:

    curl -X POST $address/upload -H "Authorization: Bearer $key" -F "file=@photo.jpg"

  Press Ctrl+C to stop it.

TEXT
wait "$server"
