#!/usr/bin/env bash
# Makes the pictures of the guide from what the planner writes. Needs LibreOffice, pdftoppm and
# ImageMagick (Debian: libreoffice-calc poppler-utils imagemagick), and an installed planner.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

picture() { # CASE PAGE NAME
  planner solve "inputs/$1.xlsx" --quiet -o "$scratch/$1.xlsx" || true
  soffice --headless --convert-to pdf --outdir "$scratch" "$scratch/$1.xlsx" >/dev/null
  pdftoppm -r 110 -f "$2" -l "$2" -singlefile -png "$scratch/$1.pdf" "$scratch/$3"
  convert "$scratch/$3.png" -trim +repage -bordercolor white -border 12 \
    -colors 64 -strip "docs/images/$3.png"
}

picture japan-2011-2015 1 summary
