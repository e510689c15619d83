#!/usr/bin/env bash
# How many instructions a message costs in scenarios/scale/dialup-1k.toml, by callgrind. Unlike a time the
# count is the same whatever else the machine does, so that it can be held to.
#
#   benches/instructions.sh            # prints it; exit code 99 if it is more than 5 % above the kept one
#   benches/instructions.sh --update   # keeps it, in benches/instructions.txt
#
# It is a quotient of differences, of two runs of different size: what a run costs before its first message
# and after its last one is not in it. Needs cargo and valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

scenario=scenarios/scale/dialup-1k.toml
small=100000
large=300000
kept_in=benches/instructions.txt
restante=${CARGO_TARGET_DIR:-target}/release/restante
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT

# fail CODE WHAT...: ends with a message.
fail() {
    echo "benches/instructions.sh: ${*:2}" >&2
    exit "$1"
}

# count MESSAGES: prints the messages that were accepted and the instructions that it took. The run sees
# no environment, and valgrind lays out its memory: the same run is the same instructions.
count() {
    local log="$out/callgrind" accepted instructions
    if ! env -i "$(command -v valgrind)" --tool=callgrind --callgrind-out-file=/dev/null "$restante" \
        run "$scenario" --set "traffic.mail.poisson.messages=$1" --seed 1 --jobs 1 --csv none --quiet \
        --out "$out/reports" > "$log" 2>&1; then
        cat "$log" >&2
        fail 70 'the run failed, see above'
    fi
    instructions=$(sed -n 's/^==[0-9]*== Collected : \([0-9]*\)$/\1/p' "$log")
    accepted=$(sed -n '/"mail"/,/}/s/^ *"accepted": \([0-9]*\),$/\1/p' "$out"/reports/*/*/summary.json)
    if [ -z "$instructions" ] || [ -z "$accepted" ]; then
        cat "$log" >&2
        fail 70 'valgrind printed no count, or the run no summary'
    fi
    echo "$accepted $instructions"
}

case ${1:-} in
    '' | --update) ;;
    *) fail 2 "\`$1\` is no option: there is --update" ;;
esac
command -v cargo > /dev/null || fail 74 'there is no cargo: install rustup (https://rustup.rs)'
command -v valgrind > /dev/null || fail 74 'there is no valgrind: install it (Debian: apt-get install valgrind)'
cargo build --locked --release --quiet

# An assignment, not `read < <(count)`: a failure in there ends the script.
counted=$(count $small)
read -r small_messages small_instructions <<< "$counted"
counted=$(count $large)
read -r large_messages large_instructions <<< "$counted"
messages=$((large_messages - small_messages))
instructions=$(((large_instructions - small_instructions + messages / 2) / messages))

if [ "${1:-}" = --update ]; then
    printf '%s\n' "$instructions" > $kept_in
    echo "$instructions instructions a message, kept in $kept_in"
    exit
fi
kept=$(cat $kept_in 2> /dev/null) || fail 2 "there is no $kept_in: write it with benches/instructions.sh --update"
[[ $kept =~ ^[0-9]+$ ]] || fail 2 "$kept_in is to hold one number: write it with benches/instructions.sh --update"
echo "$instructions instructions a message; $kept are kept in $kept_in"
if [ $((instructions * 100)) -gt $((kept * 105)) ]; then
    fail 99 'more than 5 % above what is kept; if it is worth it, run benches/instructions.sh --update and say why'
elif [ $((instructions * 100)) -lt $((kept * 95)) ]; then
    echo 'more than 5 % below what is kept: run benches/instructions.sh --update, that it may not come back'
fi
