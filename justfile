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

# the tests
test *ARGUMENTS:
    cargo test {{ARGUMENTS}}

# format, then the lints as CI has them
lint:
    cargo fmt
    cargo clippy --all-targets -- -D warnings
    cargo clippy --lib --no-default-features -- -D warnings

# the house rules alone: rings, bans, the shape of files
tidy:
    cargo test --test tidy

# the documentation, opened
docs:
    cargo doc --no-deps --lib --open

# licences and bans of the dependencies
deny:
    cargo deny check licenses bans sources
