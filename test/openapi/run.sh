#!/bin/bash
# Whether the simulator answers as docs/openapi.json says, tried with requests that nobody here wrote: schemathesis makes
# them from the document. Needs a build and Python 3.10 or newer; it ends within a minute.
#   test/openapi/run.sh             a few seconds of requests
#   test/openapi/run.sh --seed 7    others; every option of "schemathesis run" is taken
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=${OPENAPI_TOOLS:-.tmp/schemathesis}
schemathesis=$tools/bin/schemathesis
if [ ! -x "$schemathesis" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5
fi

export KHALTI_SECRET_KEY=any-key-will-do
exec 3< <(exec node dist/cli/main.js simulate --port 0 --json)
simulator=$!
trap 'kill $simulator' EXIT
read -r -t 30 started <&3
url=$(node --print 'JSON.parse(process.argv[1]).url' "$started")

ask() {
  curl --silent --show-error --fail "$url/api/v2/epayment/$1/" \
    --header "Authorization: Key $KHALTI_SECRET_KEY" --header 'Content-Type: application/json' --data "$2"
}
field() { node --print 'JSON.parse(process.argv[1])[process.argv[2]]' "$1" "$2"; }
order='"amount": 100000000, "purchase_order_id": "topi", "purchase_order_name": "Dhaka topi"'
link=$(ask initiate "{ \"return_url\": \"https://shop.example/return\", \"website_url\": \"https://shop.example\", $order }")
pidx=$(field "$link" pidx)
curl --silent --fail --output /dev/null --data intent=pay-and-close "$url/?pidx=$pidx"
TRANSACTION_ID=$(field "$(ask lookup "{ \"pidx\": \"$pidx\" }")" transaction_id)
export TRANSACTION_ID

"$schemathesis" --config-file test/openapi/schemathesis.toml run docs/openapi.json --url "$url" \
  --seed 1 --max-examples 20 --max-time 30 --no-color "$@"
