# The few commands of this house; `just` lists them. Each is what it says, to be typed without just.

[private]
default:
    @just --list --unsorted

# everything that must hold before a change lands
ci:
    .ci/run

# the suite, with its reports under reports/
run *ARGUMENTS='scenarios':
    cargo run --release -- run {{ARGUMENTS}}

# the power goes at every operation of the hub's disk
crashes *ARGUMENTS='scenarios/basic scenarios/etrn scenarios/line':
    cargo run --release -- run --crash-everywhere {{ARGUMENTS}}

# the tests
test *ARGUMENTS:
    cargo test {{ARGUMENTS}}

# the reports that the tests compare and the README shows, made anew; look at what changed
reference:
    rm -rf reports/reference
    cargo run --release -- run scenarios/basic/never-calls.toml scenarios/etrn/calls-every-third-day.toml scenarios/museum/q184051.toml --out reports/reference
    cargo run --release -- repro q184051 --out reports/reference
    cargo run --release -- sweep scenarios/sweeps/interval-timeout.toml --out reports/reference

# the list of scenarios that stands beside them, made anew
list:
    cargo run --quiet -- list --format markdown > scenarios/README.md

# how fast it is: the whole run, and its parts by themselves
bench *ARGUMENTS:
    cargo bench {{ARGUMENTS}}

# the same workload in other simulators, in turns with restante: some ten minutes
peers *ARGUMENTS:
    benches/peers.sh {{ARGUMENTS}}

# the instructions that a message costs, against those that are kept; `--update` keeps them
instructions *ARGUMENTS:
    benches/instructions.sh {{ARGUMENTS}}

# format, then the lints as CI has them
lint:
    cargo fmt
    cargo clippy --all-targets -- -D warnings
    cargo clippy --lib --no-default-features -- -D warnings
    cargo clippy --lib --no-default-features --features store -- -D warnings

# the house rules alone: rings, bans, the shape of files
tidy:
    cargo test --test tidy

# the documentation, opened
docs:
    cargo doc --no-deps --lib --open

# licences and bans of the dependencies
deny:
    cargo deny check licenses bans sources
