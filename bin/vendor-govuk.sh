#!/bin/sh
# Fetches govuk-frontend (MIT) and keeps only what a service outside GOV.UK may use:
# no GDS Transport typeface, no crown, no crest, no source maps (a Manifest storage would stop at them).
# Usage: bin/vendor-govuk.sh [version]      needs npm and python3; writes static/vendor/govuk
set -eu
version=${1:-6.6.0}
target=$(cd "$(dirname "$0")/.." && pwd)/static/vendor/govuk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "govuk-frontend@$version" >/dev/null && tar -xzf govuk-frontend-*.tgz)
mkdir -p "$target"
python3 - "$work/package/dist/govuk" "$target" <<'PYTHON'
import re
import sys
from pathlib import Path

source, target = map(Path, sys.argv[1:])
css = (source / "govuk-frontend.min.css").read_text(encoding="utf-8")
css = re.sub(r"/\*! Copyright \(c\) 2011 by Margaret Calvert.*?\*/", "", css, flags=re.S)
css = re.sub(r"@font-face\{[^}]*\}", "", css)
css = css.replace("GDS Transport,arial", '"Atkinson Hyperlegible Next",arial')
css = css.replace("font-family:sans-serif", 'font-family:"Atkinson Hyperlegible Next",arial,sans-serif')  # on paper too
css = re.sub(r"(?:background-image|-webkit-mask-image|mask-image):url\(/assets/[^)]*\);?", "", css)
css = re.sub(r"\s*/\*# sourceMappingURL=.*?\*/", "", css)
js = (source / "govuk-frontend.min.js").read_text(encoding="utf-8")
js = re.sub(r"\s*//# sourceMappingURL=\S+", "", js)
for forbidden in ("Transport", "url(/assets", "crest.svg", "sourceMappingURL"):
    if forbidden in css or forbidden in js:
        sys.exit(f"govuk-frontend still holds {forbidden!r}: the rules of this script must be adapted.")
(target / "govuk-frontend.min.css").write_text(css.strip() + "\n", encoding="utf-8")
(target / "govuk-frontend.min.js").write_text(js.strip() + "\n", encoding="utf-8")
PYTHON
# The npm archive names its licence (MIT) in package.json but carries no licence file.
cat >"$target/LICENSE" <<'LICENCE'
The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
LICENCE
echo "govuk-frontend $version is in $target"
