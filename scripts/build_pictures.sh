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

blank() { # PAGE NAME: a page of a new workbook
  planner new "$scratch/my-case.xlsx" >/dev/null
  soffice --headless --convert-to pdf --outdir "$scratch" "$scratch/my-case.xlsx" >/dev/null
  pdftoppm -r 150 -f "$1" -l "$1" -singlefile -png "$scratch/my-case.pdf" "$scratch/$2"
  # Only the table: what is above the footer.
  convert "$scratch/$2.png" -gravity north -crop 100%x40%+0+0 +repage -trim +repage \
    -bordercolor white -border 12 -colors 64 -strip "docs/images/$2.png"
}

picture japan-2011-2015 1 summary
blank 6 new-sources
