#!/usr/bin/env bash
# Every pilot and every ablation on a range of seeds, graded and compared. Usage: run.sh [--seeds 1-20] [--jobs 3] [--show] [--real]
# --real flies `careful` once, against the real clock and vendors as slow as on any day, on a story cut to ten cases.
# PROFILE=dev runs unoptimised builds, for a short look.
set -euo pipefail
cd "$(dirname "$0")/../.."
CARGO=${CARGO:-cargo}
PROFILE=${PROFILE:-release}
TARGET=${CARGO_TARGET_DIR:-target}/$([ "$PROFILE" = dev ] && echo debug || echo "$PROFILE")
$CARGO build --quiet --profile "$PROFILE" --bin muddle --bin muddle-pilots-compared
exec "$TARGET/muddle-pilots-compared" --server "$TARGET/muddle" "$@"
