#!/bin/bash
# What zizmor, a linter for workflows of GitHub, finds in .github: syntax, permissions, credentials, actions that are not pinned.
# Needs Python 3.10 or newer.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=.tmp/zizmor
if [ ! -x "$tools/bin/zizmor" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check zizmor==1.32.0
fi
exec "$tools/bin/zizmor" --offline --no-progress --min-severity low --config test/workflows/zizmor.yml .github
