// App Service Authentication. Everybody is let through: there are public functions, and the app answers 401 itself.
param appName string
param clientId string

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: {
      requireHttps: true
      routes: { apiPrefix: '/.auth' }
      forwardProxy: { convention: 'NoProxy' }
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          // Any tenant's people may sign in; the app lets in those whose tenant is an organization's.
          openIdIssuer: '${environment().authentication.loginEndpoint}common/v2.0'
          clientId: clientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        login: { loginParameters: ['scope=openid profile email'] }
        validation: { allowedAudiences: [clientId] }
      }
    }
    login: {
      routes: { logoutEndpoint: '/.auth/logout' }
      tokenStore: { enabled: false } // the app needs to know who it is, never to act as them
      preserveUrlFragmentsForLogins: false
      cookieExpiration: {
        convention: 'FixedTime'
        timeToExpiration: '08:00:00'
      }
      nonce: {
        validateNonce: true
        nonceExpirationInterval: '00:05:00'
      }
    }
  }
}
