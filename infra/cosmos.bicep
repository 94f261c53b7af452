// Documents. Containers and their indexes come from the same data as the embedded store's (shared/adapters/containers.json),
// written to containers.generated.json by `python -m infra.containers`.
param name string
param location string
param tags object

@allowed(['serverless', 'autoscale'])
param capacity string
param referralsMaxThroughput int
param otherMaxThroughput int

@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string
param appPrincipalId string
param operatorPrincipalId string

var serverless = capacity == 'serverless'
var wanted = loadJsonContent('containers.generated.json')
var referralsThroughput = serverless ? {} : { autoscaleSettings: { maxThroughput: referralsMaxThroughput } }
var otherThroughput = serverless ? {} : { autoscaleSettings: { maxThroughput: otherMaxThroughput } }
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    locations: [
      {
        locationName: location
        failoverPriority: 0
        isZoneRedundant: false
      }
    ]
    capabilities: serverless ? [{ name: 'EnableServerless' }] : []
    consistencyPolicy: { defaultConsistencyLevel: 'Session' }
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: backupTier }
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: 'Enabled'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: 'cosell'
  properties: {
    resource: { id: 'cosell' }
  }
}

// Throughput is each container's own: a container that once shared its database's cannot leave it without a copy.
@batchSize(2)
resource containers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = [
  for container in wanted: {
    parent: database
    name: container.name
    properties: {
      resource: union(
        {
          id: container.name
          partitionKey: container.partitionKey
          indexingPolicy: container.indexingPolicy
        },
        container.expires ? { defaultTtl: -1 } : {} // -1: only documents that say when they expire do
      )
      options: container.name == 'referrals' ? referralsThroughput : otherThroughput
    }
  }
]

resource appMayWrite 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = {
  parent: account
  name: guid(account.id, database.name, appPrincipalId, dataContributor)
  properties: {
    principalId: appPrincipalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
    scope: '${account.id}/dbs/${database.name}'
  }
}

resource operatorMayWrite 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = if (!empty(operatorPrincipalId)) {
  parent: account
  name: guid(account.id, database.name, operatorPrincipalId, dataContributor)
  properties: {
    principalId: operatorPrincipalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
    scope: '${account.id}/dbs/${database.name}'
  }
}

output name string = account.name
output endpoint string = account.properties.documentEndpoint
output database string = database.name
