// Files: what people upload, what is made of it, the app's package, and the host's own bookkeeping and queues.
param name string
param location string
param tags object
param workspaceId string

var recoverableDays = 30

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Upload links are used from people's browsers and tools, so the blob endpoint stays reachable; identity guards it.
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    changeFeed: {
      enabled: true
      retentionInDays: recoverableDays
    }
    deleteRetentionPolicy: {
      enabled: true
      days: recoverableDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: recoverableDays
    }
    restorePolicy: {
      enabled: true
      days: recoverableDays - 1 // the service asks for less than the retention of deleted blobs
    }
  }
}

resource uploads 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'uploads'
  properties: { publicAccess: 'None' }
}

resource derived 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'derived'
  properties: { publicAccess: 'None' }
}

resource deployments 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'deployments'
  properties: { publicAccess: 'None' }
}

// Events that Event Grid could not hand over in a day; docs/operations.md says what to do with them.
resource undelivered 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'undelivered'
  properties: { publicAccess: 'None' }
}

// Versions of the host's own leases and receipts are worth nothing; those of files, only as long as they can be restored.
resource forgetting 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'forget-versions-of-the-hosts-own-blobs'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['azure-webjobs-', 'deployments/']
            }
            actions: { version: { delete: { daysAfterCreationGreaterThan: 1 } } }
          }
        }
        {
          name: 'forget-versions-of-files'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['uploads/', 'derived/', 'undelivered/']
            }
            actions: { version: { delete: { daysAfterCreationGreaterThan: recoverableDays } } }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2023-05-01' = {
  parent: account
  name: 'default'
}

// The host makes it when it first needs it; made here, it can be looked at and alerted on from the first day.
resource poison 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = {
  parent: queues
  name: 'webjobs-blobtrigger-poison'
}

// Storage's own record of each message written: the alert on poison messages reads it.
resource queueLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: queues
  name: 'queue-writes'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
    ]
  }
}

output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output deploymentsContainer string = deployments.name
output undeliveredContainer string = undelivered.name
