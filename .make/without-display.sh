#!/usr/bin/env bash
# `make run` on a machine without a screen: the server instead of the window, with a key and a
# curl line to try it at once. Its one argument is the program `vitrine`.
set -euo pipefail
vitrine=$1

heard=$(mktemp)
"$vitrine" serve >"$heard" &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true; wait "$server" || true; rm -f "$heard"' EXIT
trap 'exit 0' INT TERM

# The server prints its address once it accepts connections; it ends by itself if it cannot.
until address=$(sed -n 's/^listening on //p' "$heard") && [ -n "$address" ]; do
    kill -0 "$server" 2>/dev/null || { wait "$server" || exit $?; exit 1; }
    sleep 0.1
done
key=$("$vitrine" key create --name "make run" --expires 7d 2>/dev/null)

cat <<WORDS

  The server is at $address. This key works for 7 days:

    $key

  Try it with a picture of yours:

    curl -X POST $address/upload -H "Authorization: Bearer $key" -F "file=@photo.jpg"

  Ctrl+C ends it.

WORDS
wait "$server"
