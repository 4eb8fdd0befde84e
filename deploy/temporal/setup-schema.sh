#!/bin/sh
# Creates Temporal's two databases, or brings their tables up to the version of this image. Safe to run again.
set -eu

SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD
log="$(mktemp)"

tool() {
  temporal-sql-tool "$@" >"$log" 2>&1
}

fail() {
  cat "$log" >&2
  exit 1
}

setup() {
  database=$1
  schema=$2
  tool --database "$database" create-database || fail
  if ! tool --database "$database" update-schema --schema-name "$schema"; then
    # `setup-schema` would set the version of tables that are there back to 0: it runs only where there are none.
    grep -q 'relation .*schema_version.* does not exist' "$log" || fail
    tool --database "$database" setup-schema --version 0.0 || fail
    tool --database "$database" update-schema --schema-name "$schema" || fail
  fi
  echo "$database is up to date"
}

setup temporal postgresql/v12/temporal
setup temporal_visibility postgresql/v12/visibility
