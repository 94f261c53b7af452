// Three things somebody must know: files that could not be read, events that do not arrive, a sweep that does not run.
// They read log lines of functions/delivery.py and functions/expiry.py, which tests/infra compares with these queries.
param token string
param location string
param tags object
param workspaceId string
param email string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'cosell'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var actions = empty(email) ? {} : { actionGroups: [people.id] }

// Each rule fires when its query returns more rows than `above`.
var rules = [
  {
    name: 'poison-messages'
    title: 'Files could not be read'
    description: 'A file failed five times and is in queue webjobs-blobtrigger-poison: docs/operations.md, "Poison messages".'
    severity: 2
    every: 'PT5M'
    over: 'PT15M'
    above: 0
    query: '''
StorageQueueLogs
| where OperationName == "PutMessage"
| where Uri has "webjobs-blobtrigger-poison"
'''
  }
  {
    name: 'delivery-backlog'
    title: 'Events wait to be delivered'
    description: 'Three runs in fifteen minutes ended with events left, or none succeeded: docs/operations.md, "Delivery backlog".'
    severity: 2
    every: 'PT5M'
    over: 'PT15M'
    above: 0
    query: '''
AppTraces
| summarize
    left_over = countif(Message startswith "deliver_events:" and Message has "'remaining': True"),
    succeeded = countif(Message startswith "Executed 'Functions.deliver_events' (Succeeded")
| where left_over >= 3 or succeeded == 0
'''
  }
  {
    name: 'deliveries-failing'
    title: 'Deliveries fail'
    description: 'Events failed in ten runs within an hour: docs/operations.md, "Deliveries failing".'
    severity: 3
    every: 'PT15M'
    over: 'PT1H'
    above: 9
    query: '''
AppTraces
| where Message startswith "deliver_events:"
| where Message !has "'failed': {}"
'''
  }
  {
    name: 'sweep-not-run'
    title: 'Unanswered referrals are not being expired'
    description: 'The expiry sweep has not finished for twenty minutes: docs/operations.md, "Sweep not run".'
    severity: 2
    every: 'PT5M'
    over: 'PT20M'
    above: 0
    query: '''
AppTraces
| summarize finished = countif(Message startswith "expire_unanswered_referrals:")
| where finished == 0
'''
  }
  {
    name: 'reminders-not-sent'
    title: 'Reminders are not being sent'
    description: 'The reminders have not finished for three hours, or fail in each run: docs/operations.md, "Reminders not sent".'
    severity: 3
    every: 'PT1H'
    over: 'PT3H'
    above: 0
    query: '''
AppTraces
| where Message startswith "send_reminders:"
| summarize clean = countif(Message has "'failed': {}")
| where clean == 0
'''
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for rule in rules: {
    name: '${rule.name}-${token}'
    location: location
    tags: tags
    properties: {
      displayName: 'Cosell Desk: ${rule.title}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.over
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: rule.above
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      skipQueryValidation: true // the tables appear with the first line written to them
      autoMitigate: true
      actions: actions
    }
  }
]
