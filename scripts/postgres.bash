# A PostgreSQL for the time of a script, and the SQL of the code checked against it. Sourced after common.bash.

# Starts it unless it runs; its address is in SALLYPORT_TEST_PG. It ends when this script ends, in whatever way,
# because then its input closes.
start_postgres() {
    [ -z "${SALLYPORT_TEST_PG:-}" ] || return 0
    local program folder
    program=$(target_dir)/debug/pg-cluster
    [ -x "$program" ] || { echo "$program has not been built." >&2 && return 1; }
    # Not below target/, which may lie where PostgreSQL's own user cannot go.
    folder=$(mktemp -d /tmp/sallyport-test-XXXXXX)
    coproc POSTGRES { exec "$program" --for-tests "$folder"; }
    if ! IFS= read -r SALLYPORT_TEST_PG <&"${POSTGRES[0]-}"; then
        unset SALLYPORT_TEST_PG
        echo "PostgreSQL for the tests did not start; the lines above say why." >&2
        return 1
    fi
    export SALLYPORT_TEST_PG
}

# Waits until it has gone.
stop_postgres() {
    [ -n "${POSTGRES_PID:-}" ] || return 0
    local pid=$POSTGRES_PID input=${POSTGRES[1]}
    exec {input}>&-
    wait "$pid" || true
}

# Has cargo compile again whatever holds queries, for only then the macros of sqlx look at them.
touch_queries() {
    { grep -rlE --include='*.rs' '\bquery(_as|_scalar)?!\(' crates || true; } |
        sed -E 's#^(crates/[^/]+)/.*#\1#' | sort -u |
        while read -r crate; do find "$crate" -path '*/src/lib.rs' -o -path '*/src/main.rs' -o -path '*/tests/all/main.rs'; done |
        xargs -r touch
}

# with_live_queries FOLDER COMMAND…: runs a command of cargo that has each query described by a database with the
# present schema, and the answers written into the folder.
with_live_queries() {
    local folder=$1 url database=queries
    shift
    url=${SALLYPORT_TEST_PG:?there is no PostgreSQL}
    url=${url/\/postgres\?/\/$database?}
    psql -qX "$SALLYPORT_TEST_PG" -c "DROP DATABASE IF EXISTS $database WITH (FORCE)" -c "CREATE DATABASE $database"
    local migration
    for migration in migrations/*.sql; do
        psql -qX -v ON_ERROR_STOP=1 --single-transaction "$url" -f "$migration"
    done
    rm -rf "$folder"
    mkdir -p "$folder"
    SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$folder DATABASE_URL=$url "$@"
}
