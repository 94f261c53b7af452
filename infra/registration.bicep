// How people and programs of many organizations sign in: an app registration in the operator's own tenant, with the app
// roles of shared/DOMAIN.md and, instead of a secret, trust in the app's identity.
extension microsoftGraphV1

param uniqueName string
param displayName string
param hostName string
param identityPrincipalId string

var appRoles = loadJsonContent('app-roles.json')

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: uniqueName
  displayName: displayName
  signInAudience: 'AzureADMultipleOrgs'
  appRoles: [
    for role in appRoles: {
      id: guid('cosell-desk', role.value) // the same in every deployment: assignments name it
      value: role.value
      displayName: role.displayName
      description: role.description
      allowedMemberTypes: ['User', 'Application']
      isEnabled: true
    }
  ]
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: guid('cosell-desk', 'user_impersonation')
        value: 'user_impersonation'
        type: 'User'
        isEnabled: true
        adminConsentDisplayName: 'Use Cosell Desk'
        adminConsentDescription: 'Lets a program call Cosell Desk as the signed-in user.'
        userConsentDisplayName: 'Use Cosell Desk'
        userConsentDescription: 'Lets a program call Cosell Desk as you.'
      }
    ]
  }
  // Tells a program's own token from a person's.
  optionalClaims: {
    accessToken: [
      {
        name: 'idtyp'
        essential: false
      }
    ]
  }
  web: {
    homePageUrl: 'https://${hostName}/deals'
    redirectUris: ['https://${hostName}/.auth/login/aad/callback']
    implicitGrantSettings: {
      enableIdTokenIssuance: true
      enableAccessTokenIssuance: false
    }
  }
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
}

resource trust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = {
  name: '${application.uniqueName}/app-identity'
  description: 'The Functions app proves itself by its user-assigned identity.'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: identityPrincipalId
  audiences: ['api://AzureADTokenExchange']
}

output clientId string = application.appId
output servicePrincipalId string = servicePrincipal.id
