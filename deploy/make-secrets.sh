#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, each in a file of its own. What is there already is kept.
set -eu
cd "$(dirname "$0")"

# Only you can enter the folder. The files are readable, as each container reads its own as a user of its own.
mkdir -p secrets
chmod 700 secrets
cd secrets

random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

keep() {
  [ -s "$1" ] || printf '%s' "$2" >"$1"
  chmod 444 "$1"
}

keep database_password "$(random)"
keep database_url "postgres://oms:$(cat database_password)@postgres:5432/oms"
keep temporal_database_password "$(random)"
keep payment_gateway_key "$(random)"
keep carrier_key "$(random)"
keep carrier_webhook_secret "$(random)"
keep grafana_password "$(random)"
echo "The secrets are in deploy/secrets; keep a copy of them apart from this machine"
