#!/bin/sh
# Puts the typeface of screen and PDF under static/vendor/fonts: four woff2 files and their licence (SIL Open Font Licence 1.1).
# Run it by hand to move to another version; the files are committed, so nobody needs npm to run the portal.
set -eu

PACKAGE=@fontsource/atkinson-hyperlegible-next
VERSION=5.3.0
TARGET=$(cd "$(dirname "$0")/.." && pwd)/static/vendor/fonts

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
tar -xzf "$(npm pack --silent "$PACKAGE@$VERSION")"

mkdir -p "$TARGET"
for subset in latin latin-ext; do
  for weight in 400 700; do
    cp "package/files/atkinson-hyperlegible-next-$subset-$weight-normal.woff2" "$TARGET/"
  done
done
cp package/LICENSE "$TARGET/LICENSE.txt"
chmod 644 "$TARGET"/*
echo "$PACKAGE $VERSION: $(ls "$TARGET" | wc -l) files in static/vendor/fonts"
