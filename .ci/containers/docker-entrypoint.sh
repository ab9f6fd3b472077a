#!/usr/bin/env bash
# The entry point of the image that `engine` makes. It honours what the official image of PostgreSQL does:
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA,
# *.sh, *.sql and *.sql.gz in /docker-entrypoint-initdb.d, and a command that begins with an option or is not postgres.
set -Eeuo pipefail

initialize() {
  : "${POSTGRES_PASSWORD:?Error: superuser password is not specified}"
  local user="${POSTGRES_USER:-postgres}" database="${POSTGRES_DB:-${POSTGRES_USER:-postgres}}" script
  export PGPASSWORD="$POSTGRES_PASSWORD"
  eval "initdb --username=\"\$user\" --pwfile=<(printf '%s\n' \"\$POSTGRES_PASSWORD\") ${POSTGRES_INITDB_ARGS:-}"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  printf "\nlisten_addresses = '*'\n" >> "$PGDATA/postgresql.conf"
  pg_ctl start --wait --options="-c listen_addresses=''"
  local psql=(psql --no-psqlrc --set=ON_ERROR_STOP=1 --no-password --username="$user")
  [ "$database" = postgres ] || "${psql[@]}" --dbname=postgres --command="CREATE DATABASE \"$database\""
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sh) . "$script" ;;
      *.sql) "${psql[@]}" --dbname="$database" --file="$script" ;;
      *.sql.gz) gunzip --stdout "$script" | "${psql[@]}" --dbname="$database" ;;
    esac
  done
  pg_ctl stop --wait --mode=fast
  unset PGPASSWORD
}

[ "${1:0:1}" != - ] || set -- postgres "$@"
case " $* " in
  *' --version '* | *' -V '* | *' --help '* | *' -? '*) exec "$@" ;;
esac
if [ "$1" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres:postgres "$PGDATA"
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  [ -s "$PGDATA/PG_VERSION" ] || initialize
fi
exec "$@"
