#!/usr/bin/env bash
# What a message costs restante, and what it costs the same workload written for NeXosim (Rust) and
# SimPy (Python): all in turns, on one core. Prints a table and writes target/peers.csv.
#
#   benches/peers.sh                                  # some ten minutes: nine rounds of a million messages
#   benches/peers.sh --rounds 3 --messages 100000     # a first look
#   benches/peers.sh --help                           # the options
#
# It builds what is missing, with cargo (https://rustup.rs) and python3 with its module venv.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

target=${CARGO_TARGET_DIR:-target}
nexosim=$target/peers/nexosim
simpy=$target/peers/simpy

# need COMMAND WHAT...: says what to install where a command is missing.
need() {
    if ! command -v "$1" > /dev/null; then
        echo "benches/peers.sh: there is no $1: ${*:2}" >&2
        exit 74
    fi
}

# wanted NAME: whether a contestant whose name begins so takes part, by what --only says.
wanted() {
    [ "${#only[@]}" -eq 0 ] && return
    local name
    for name in "${only[@]}"; do
        case $name in "$1"*) return ;; esac
        case $1 in "$name"*) return ;; esac
    done
    return 1
}

need python3 'install it (Debian: apt-get install python3 python3-venv)'
# What is wrong with the options is said before anything is built.
case " $* " in
    *' --help '* | *' -h '*) exec python3 benches/peers/rounds.py --help ;;
esac
python3 benches/peers/rounds.py --check "$@"

only=()
arguments=("$@")
given_restante=no
while [ $# -gt 0 ]; do
    case $1 in
        --only) only+=("${2:-}") ;;
        --only=*) only+=("${1#*=}") ;;
        --restante | --restante=*) given_restante=yes ;;
    esac
    shift
done

paths=(--nexosim "$nexosim/release/peer-nexosim" --python "$simpy/bin/python")
if wanted restante && [ $given_restante = no ]; then
    need cargo 'install rustup (https://rustup.rs)'
    cargo build --locked --release --target-dir "$target"
    paths+=(--restante "$target/release/restante")
fi
if wanted nexosim; then
    need cargo 'install rustup (https://rustup.rs)'
    cargo build --locked --release --manifest-path benches/peers/nexosim/Cargo.toml --target-dir "$nexosim"
fi
if wanted simpy && ! "$simpy/bin/python" -c 'import simpy' 2> /dev/null; then
    if ! python3 -c 'import ensurepip, venv' 2> /dev/null; then
        echo 'benches/peers.sh: python3 has no venv: install it (Debian: apt-get install python3-venv)' >&2
        exit 74
    fi
    rm -rf "$simpy"
    python3 -m venv "$simpy"
    "$simpy/bin/pip" install --quiet --disable-pip-version-check --requirement benches/peers/simpy/requirements.txt
fi
exec python3 benches/peers/rounds.py "${paths[@]}" "${arguments[@]}"
