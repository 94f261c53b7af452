#!/bin/sh
# After a deployment: lets Event Grid bring uploaded files to ingest_upload. azd gives main.bicep's outputs as variables.
#
# The blob extension's address is guarded by a key the host made for itself. It is read here, handed to Event Grid as a
# secure parameter, and kept nowhere: not in this repository, the app's settings, azd's environment or a log.
set -eu

key=""
tries=0
while [ -z "$key" ]; do
  key=$(az functionapp keys list --resource-group "$AZURE_RESOURCE_GROUP" --name "$AZURE_FUNCTION_APP_NAME" \
    --query systemKeys.blobs_extension --output tsv 2>/dev/null || true)
  tries=$((tries + 1))
  if [ -z "$key" ] && [ "$tries" -ge 30 ]; then
    echo "The host has made no key for its blob extension: has ingest_upload been indexed? See docs/operations.md." >&2
    exit 1
  fi
  [ -n "$key" ] || sleep 10
done

UPLOAD_EVENTS_URL="https://$APP_HOST_NAME/runtime/webhooks/blobs?functionName=Host.Functions.ingest_upload&code=$key"
export UPLOAD_EVENTS_URL

# Event Grid asks the address at once whether it wants the events, and a cold app may answer too late.
for attempt in 1 2 3 4; do
  if az deployment group create --resource-group "$AZURE_RESOURCE_GROUP" --name upload-events \
    --parameters "$(dirname "$0")/../upload-events.bicepparam" --only-show-errors --output none; then
    echo "Event Grid brings uploads to $APP_HOST_NAME."
    exit 0
  fi
  echo "Attempt $attempt: Event Grid does not reach the app yet." >&2
  sleep 30
done
echo "No subscription was made: uploads are not read. Run azd hooks run postdeploy again." >&2
exit 1
