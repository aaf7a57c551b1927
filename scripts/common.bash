# What ./start and ./test share: words for people, checks of the tools, packages, building the web.
# Sourced with the repository as working folder, under `set -euo pipefail`.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

die() {
    printf '\n%s\n' "$@" >&2
    exit 1
}

# Cargo's build folder, which a caller may have put elsewhere.
target_dir() { printf '%s' "${CARGO_TARGET_DIR:-$PWD/target}"; }

# at_least 20.9 20.20.2: whether the second version is the first or later.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# check_space GIB: says it when less is free than building from nothing takes; the linker says "Bus error" of a full disk.
check_space() {
    local wanted=$1 folder free
    folder=$(target_dir)
    mkdir -p "$folder"
    free=$(df --output=avail --block-size=1G "$folder" | tail -n 1 | tr -d ' ')
    [ "$free" -ge "$wanted" ] ||
        say "Only $free GiB are free for $folder; building it from nothing takes $wanted. Make room if it fails."
}

check_rust() {
    local wanted have
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    command -v cargo > /dev/null || die \
        "Rust is missing: there is no \`cargo\`." \
        "Install Rust $wanted or later, for instance by rustup (see https://rust-lang.org/tools/install), and start again."
    # With rustup, this fetches the compiler that rust-toolchain.toml names.
    have=$(rustc --version | cut -d ' ' -f 2) || die "\`rustc --version\` failed; the Rust installation is broken."
    at_least "$wanted" "$have" || die "Rust $have is too old: $wanted or later is needed (\`rustup update\`)."
}

check_node() {
    local wanted=20.9 have
    { command -v node && command -v npm; } > /dev/null || die \
        "Node.js is missing: \`node\` and \`npm\` are needed to build the web console." \
        "Install Node.js $wanted or later and start again."
    have=$(node --version | tr -d v)
    at_least "$wanted" "$have" || die "Node.js $have is too old: $wanted or later is needed."
}

has_postgresql() {
    local initdb
    for initdb in "${PG_BIN_DIR:-/nowhere}"/initdb /usr/lib/postgresql/*/bin/initdb "$(command -v initdb || true)"; do
        if [ -x "$initdb" ] && at_least 15 "$("$initdb" --version | grep -oE '[0-9]+' | head -n 1)"; then return; fi
    done
    return 1
}

has_program() { command -v "$1" > /dev/null || [ -x "/usr/sbin/$1" ]; }

# need PACKAGE CHECK…: notes the Debian package as wanted unless the check succeeds.
wanted_packages=()
need() {
    local package=$1
    shift
    "$@" || wanted_packages+=("$package")
}

# Installs what was noted. Touches nothing when nothing is missing.
install_packages() {
    [ ${#wanted_packages[@]} -gt 0 ] || return 0
    local missing="${wanted_packages[*]}" as_root=()
    wanted_packages=()
    command -v apt-get > /dev/null || die "These are missing and this is not Debian: $missing." "Install them and start again."
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo > /dev/null && { sudo -n true 2> /dev/null || [ -t 0 ]; }; then
            as_root=(sudo)
        else
            die "These packages are missing: $missing." "As root: apt-get install --no-install-recommends $missing"
        fi
    fi
    say "Installing $missing"
    # shellcheck disable=SC2086 # one word a package
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive bash -euo pipefail -c "$INSTALL_AS_ROOT" install $missing < /dev/null ||
        die "The packages could not be installed: $missing." "The lines above say why."
}

# shellcheck disable=SC2016 # for the other shell to expand
# Programs are wanted, not services: no server of the machine is started or set up by installing them.
INSTALL_AS_ROOT='
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/sallyport.conf
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf "#!/bin/sh\nexit 101\n" > /usr/sbin/policy-rc.d
        chmod +x /usr/sbin/policy-rc.d
        trap "rm -f /usr/sbin/policy-rc.d" EXIT
    fi
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@" > /dev/null
    for package; do
        if [ "$package" = openssh-server ] && [ -d /run/systemd/system ]; then systemctl disable --quiet ssh; fi
        if [ "$package" = rsyslog ] && [ -d /run/systemd/system ]; then systemctl disable --quiet rsyslog; fi
    done
'

# Says what it does, and does it only when its inputs changed: if_changed STAMP HASH WORDS COMMAND…
if_changed() {
    local stamp=$1 hash=$2 words=$3
    shift 3
    if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ]; then return; fi
    say "$words"
    rm -f "$stamp"
    "$@"
    mkdir -p "$(dirname "$stamp")"
    printf '%s\n' "$hash" > "$stamp"
}

hash_of_files() { xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1; }

web_packages() {
    local hash
    hash=$(node --version | cat - web/package.json web/package-lock.json | sha256sum | cut -d ' ' -f 1)
    if_changed web/node_modules/.installed-from "$hash" "Installing the packages of the web console" \
        npm --prefix web ci --no-audit --no-fund --loglevel=error
}

# Everything in web/ but what is made there.
web_sources() {
    find web \( -name node_modules -o -name .next -o -name .test-build -o -name out -o -name tests \) -prune \
        -o -type f ! -name next-env.d.ts ! -name '*.tsbuildinfo' -print0 | LC_ALL=C sort -z
}

web_build() {
    [ -d web/out ] || rm -f web/.next/built-from
    if_changed web/.next/built-from "$(web_sources | hash_of_files)" "Building the web console" web_build_now
}

web_build_now() {
    NEXT_TELEMETRY_DISABLED=1 npm --prefix web run --silent build
    # Its files are compiled into the binary; a file that is new cannot tell the compiler so itself.
    { grep -rlE --include='*.rs' 'derive\(.*(RustEmbed|Embed)\b' crates || true; } | xargs -r touch
}

# Queries are checked against the database when they change (scripts/queries); a build needs none.
if [ -d .sqlx ]; then export SQLX_OFFLINE=true; fi
