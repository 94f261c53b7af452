using 'upload-events.bicep'

param topicName = readEnvironmentVariable('UPLOADS_TOPIC_NAME')
param storageAccountName = readEnvironmentVariable('STORAGE_ACCOUNT_NAME')
param undeliveredContainer = readEnvironmentVariable('UNDELIVERED_CONTAINER')
param endpointUrl = readEnvironmentVariable('UPLOAD_EVENTS_URL')
