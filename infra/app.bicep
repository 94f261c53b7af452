// The Functions app on a Flex Consumption plan, and every setting it runs with.
param name string
param location string
param tags object
param identityId string
param identityClientId string
param blobEndpoint string
param queueEndpoint string
param deploymentsContainer string
param cosmosEndpoint string
param cosmosDatabase string
param applicationInsightsName string
param maximumInstances int
param alwaysReadyHttp int
param deliverySchedule string
param notificationSchedule string
param expirySweepSchedule string
param smtpHost string
param smtpPort string
param mailFrom string
param smtpUser string
param smtpPasswordReference string
param reminderSchedule string
param reminders string
param vendorOrganizationId string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

var settings = {
  // The host's own storage, and the blob trigger's: addresses and an identity.
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsDisableHomepage: 'true' // "/" leads to the deals instead
  // Telemetry. The text is where to send it; with local authentication off it opens nothing by itself.
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // The alerts count log lines, so those are never sampled; requests are.
  AzureFunctionsJobHost__logging__applicationInsights__samplingSettings__isEnabled: 'true'
  AzureFunctionsJobHost__logging__applicationInsights__samplingSettings__excludedTypes: 'Trace;Exception'
  // Sign-in: the identity stands in for a client secret.
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  // The app's own (docs/settings.md). AZURE_CLIENT_ID says which identity DefaultAzureCredential takes.
  AZURE_CLIENT_ID: identityClientId
  DEPLOYMENT: 'azure'
  COSMOS_ENDPOINT: cosmosEndpoint
  COSMOS_DATABASE: cosmosDatabase
  BLOB_ENDPOINT: blobEndpoint
  BLOB_TRIGGER_SOURCE: 'EventGrid'
  DELIVERY_SCHEDULE: deliverySchedule
  NOTIFICATION_SCHEDULE: notificationSchedule
  EXPIRY_SWEEP_SCHEDULE: expirySweepSchedule
  REMINDER_SCHEDULE: reminderSchedule
  REMINDERS: reminders
  VENDOR_ORGANIZATION_ID: vendorOrganizationId
  LOGIN_PATH: '/.auth/login/aad'
  PUBLIC_URL: 'https://${name}.azurewebsites.net'
  SMTP_HOST: smtpHost
  SMTP_PORT: smtpPort
  MAIL_FROM: mailFrom
  SMTP_USER: smtpUser
  SMTP_PASSWORD: smtpPasswordReference // where it is, never the password itself
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    keyVaultReferenceIdentity: identityId
    httpsOnly: true
    clientAffinityEnabled: false
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${deploymentsContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.11'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048 // a parser child may take 768 MB beside the worker
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyHttp == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttp }]
        // The platform's default for Python is one call at a time; these functions wait for a store most of theirs.
        triggers: { http: { perInstanceConcurrency: 16 } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: settings
}

// Publishing is by identity: the passwords of a publish profile open nothing.
resource noPublishingPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

output name string = site.name
output hostName string = site.properties.defaultHostName
