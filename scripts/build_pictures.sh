#!/usr/bin/env bash
# Makes the pictures of the guide from what the planner writes. Needs LibreOffice, pdftoppm and
# ImageMagick (Debian: libreoffice-calc poppler-utils imagemagick), and an installed planner.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

results() { # CASE OPTION…: solve it and print its results
  planner solve "inputs/$1.xlsx" "${@:2}" --quiet -o "$scratch/$1.xlsx" || true
  soffice --headless --convert-to pdf --outdir "$scratch" "$scratch/$1.xlsx" >/dev/null
}

blank() { # PAGE NAME: a page of a new workbook
  planner new "$scratch/my-case.xlsx" >/dev/null
  soffice --headless --convert-to pdf --outdir "$scratch" "$scratch/my-case.xlsx" >/dev/null
  pdftoppm -r 150 -f "$1" -l "$1" -singlefile -png "$scratch/my-case.pdf" "$scratch/$2"
  # Only the table: what is above the footer.
  convert "$scratch/$2.png" -gravity north -crop 100%x40%+0+0 +repage -trim +repage \
    -bordercolor white -border 12 -colors 64 -strip "docs/images/$2.png"
}

picture() { # CASE SHEET NAME: the first page of a sheet, without its footer
  local last page
  last=$(pdfinfo "$scratch/$1.pdf" | awk '/^Pages:/ {print $2}')
  for page in $(seq "$last"); do
    if pdftotext -layout -f "$page" -l "$page" "$scratch/$1.pdf" - | grep -q " $2 · page $page of"; then
      pdftoppm -r 110 -f "$page" -l "$page" -singlefile -png "$scratch/$1.pdf" "$scratch/$3"
      convert "$scratch/$3.png" -gravity south -chop 0x70 -trim +repage -bordercolor white \
        -border 12 -colors 128 -strip "docs/images/$3.png"
      return
    fi
  done
  echo "no page of $2 in the results of $1" >&2
  return 1
}

results japan-2011-2015 --all-scenarios
picture japan-2011-2015 Summary summary
picture japan-2011-2015 Scenarios scenarios
picture japan-2011-2015 Missing missing
results magnet-maker-2026
picture magnet-maker-2026 Sources sources
blank 6 new-sources

study() { # COMMAND CASE OPTION…: the picture of a study's answer
  planner "$1" "inputs/$2.xlsx" "${@:3}" --quiet -o "$scratch/$1.xlsx" --plot "$scratch/study-$1.png"
  convert "$scratch/study-$1.png" -resize 900x -colors 64 -strip "docs/images/study-$1.png"
}

study explain magnet-maker-2026
cp docs/images/study-explain.png "$scratch/explain.png"
study explain japan-2011 --set "Settings[Setting=Shortfall].Value=forbidden"
mv docs/images/study-explain.png docs/images/study-conflict.png
mv "$scratch/explain.png" docs/images/study-explain.png
study rules japan-2011-2015
study sweep japan-2011 --vary "Quotas[Quota=China].Tonnes" --from 0 --to 40000
study tornado japan-2011-2015
study compare magnet-maker-2026
study frontier magnet-maker-2026
study alternatives magnet-maker-2026

python - "$scratch/next-plan.xlsx" <<'CHANGES' # the first example, as somebody might go on with it
import sys

import openpyxl

book = openpyxl.load_workbook("inputs/japan-2011.xlsx")
for sheet, cell, value in (
    ("Demand", "B2", 30_000), ("Sources", "F2", 66), ("Availability", "B2", 0.5),
    ("Quotas", "E2", 14_000),
):
    book[sheet][cell] = value
book.save(sys.argv[1])
CHANGES
planner diff inputs/japan-2011.xlsx "$scratch/next-plan.xlsx" --quiet -o "$scratch/diff.xlsx" \
  --plot "$scratch/study-diff.png"
convert "$scratch/study-diff.png" -resize 900x -colors 64 -strip docs/images/study-diff.png
