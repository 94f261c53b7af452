// Everything Cosell Desk needs in Azure, for `azd up`. No key, secret or password is made, read or handed over here:
// every call between these resources is made by one user-assigned identity. docs/operations.md tells the rest.
targetScope = 'subscription'

@description('Name of the azd environment; part of every name')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything; it must offer the Flex Consumption plan')
@minLength(1)
param location string

@description('Object id of who runs azd: may write the first organizations and read what is stored; empty for nobody')
param operatorPrincipalId string = ''

@description('What the operator is')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('serverless: pay per request, up to a few million referrals a year. autoscale: throughput by the hour')
@allowed(['serverless', 'autoscale'])
param cosmosCapacity string = 'serverless'

@description('Highest RU/s of container referrals (autoscale only); a whole number of thousands')
param referralsMaxThroughput string = '4000'

@description('Highest RU/s of each other container (autoscale only); a whole number of thousands')
param otherMaxThroughput string = '1000'

@description('How far back the database can be restored')
@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string = 'Continuous30Days'

@description('Most instances that run at once')
param maximumInstances string = '100'

@description('HTTP instances kept warm; 0 lets a first call wait for a cold start')
param alwaysReadyHttp string = '0'

@description('When events are delivered (NCRONTAB). Each run costs a second of an instance, so less often than locally')
param deliverySchedule string = '*/10 * * * * *'

@description('When mails and webhook calls are sent (NCRONTAB); as deliverySchedule')
param notificationSchedule string = '*/15 * * * * *'

@description('When unanswered referrals are expired (NCRONTAB)')
param expirySweepSchedule string = '0 */5 * * * *'

@description('The mail server; empty mails nothing')
param smtpHost string = ''

@description('Its port; empty is 587')
param smtpPort string = ''

@description('From whom mail comes: an address, or Name <address>; needed with a mail server')
param mailFrom string = ''

@description('Name to sign in to the mail server with')
param smtpUser string = ''

@description('Where its password is: @Microsoft.KeyVault(SecretUri=...), a vault that the app identity may read')
param smtpPasswordReference string = ''

@description('When reminders of unanswered referrals are sent (NCRONTAB)')
param reminderSchedule string = '0 7 * * * *'

@description('How long before it expires a received referral is reminded of, with commas; none for never')
param reminders string = 'P7D,P3D,P1D'

@description('Organization id of the vendor that runs the programme')
param vendorOrganizationId string = 'vendor'

@description('Client id of an app registration made by hand (docs/operations.md); empty makes one')
param signInClientId string = ''

@description('Where alerts are sent; empty only shows them in the portal')
param alertEmail string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = 'func-${token}'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module cosmos 'cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    name: 'cosmos-${token}'
    location: location
    tags: tags
    capacity: cosmosCapacity
    referralsMaxThroughput: int(referralsMaxThroughput)
    otherMaxThroughput: int(otherMaxThroughput)
    backupTier: backupTier
    appPrincipalId: identity.outputs.principalId
    operatorPrincipalId: operatorPrincipalId
  }
}

module access 'access.bicep' = {
  name: 'access'
  scope: group
  params: {
    storageAccountName: storage.outputs.name
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    appPrincipalId: identity.outputs.principalId
    operatorPrincipalId: operatorPrincipalId
    operatorPrincipalType: operatorPrincipalType
  }
}

module app 'app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: appName
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    deploymentsContainer: storage.outputs.deploymentsContainer
    cosmosEndpoint: cosmos.outputs.endpoint
    cosmosDatabase: cosmos.outputs.database
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    maximumInstances: int(maximumInstances)
    alwaysReadyHttp: int(alwaysReadyHttp)
    deliverySchedule: deliverySchedule
    notificationSchedule: notificationSchedule
    expirySweepSchedule: expirySweepSchedule
    smtpHost: smtpHost
    smtpPort: smtpPort
    mailFrom: mailFrom
    smtpUser: smtpUser
    smtpPasswordReference: smtpPasswordReference
    reminderSchedule: reminderSchedule
    reminders: reminders
    vendorOrganizationId: vendorOrganizationId
  }
  dependsOn: [access] // the host cannot start before it may read its own storage
}

module registration 'registration.bicep' = if (empty(signInClientId)) {
  name: 'registration'
  scope: group
  params: {
    uniqueName: 'cosell-desk-${token}'
    displayName: 'Cosell Desk (${environmentName})'
    hostName: app.outputs.hostName
    identityPrincipalId: identity.outputs.principalId
  }
}

module signIn 'sign-in.bicep' = {
  name: 'sign-in'
  scope: group
  params: {
    appName: app.outputs.name
    clientId: empty(signInClientId) ? registration!.outputs.clientId : signInClientId
  }
}

module topic 'topic.bicep' = {
  name: 'topic'
  scope: group
  params: {
    name: 'evgt-${token}'
    location: location
    tags: tags
    storageAccountName: storage.outputs.name
    undeliveredContainer: storage.outputs.undeliveredContainer
  }
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
  }
}

// azd keeps these in its environment; the postdeploy hook and docs/operations.md use them.
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = app.outputs.name
output APP_URL string = 'https://${app.outputs.hostName}'
output APP_HOST_NAME string = app.outputs.hostName
output APP_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output COSMOS_ACCOUNT_NAME string = cosmos.outputs.name
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint
output COSMOS_DATABASE string = cosmos.outputs.database
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output BLOB_ENDPOINT string = storage.outputs.blobEndpoint
output UPLOADS_TOPIC_NAME string = topic.outputs.name
output UNDELIVERED_CONTAINER string = storage.outputs.undeliveredContainer
