import { codex } from '#backends/codex.ts';

import { testReadings } from '../../support/screens.ts';

testReadings(codex, {
  'approval-consumed-ping-letter-p': 'Idle Draft',
  'approval-prompt': 'AwaitingInput None Permission',
  'error-401-after5s': 'AuthRequired Empty',
  'error-401-final': 'AuthRequired Empty',
  'error-429-after5s': 'Busy Empty',
  'error-429-final': 'ApiError Empty RateLimit',
  'error-500-after5s': 'Busy Empty',
  'error-500-final': 'ApiError Empty ServerError',
  'error-context-after5s': 'ApiError Empty ContextFull',
  'error-context-final': 'ApiError Empty ContextFull',
  'error-usage429-after5s': 'UsageLimited None UsageLimitOptions',
  'error-usage429-final': 'UsageLimited None UsageLimitOptions',
  'exit-ctrlc': 'Exited None',
  'exit-ctrld-titled': 'Exited None',
  'hooks-review': 'AwaitingInput None HooksReview',
  'reconnecting-401': 'Busy Empty',
  'first-run': 'AuthRequired None Login',
  'first-run-api-key': 'AuthRequired None Login',
  idle: 'Idle Empty waits',
  'idle-bypass': 'Idle Empty waits',
  'reconnecting-connrefused-50s': 'Busy Empty',
  'reconnecting-connrefused-5s': 'Busy Empty',
  resumed: 'Idle Empty',
  'trust-dialog': 'AwaitingInput None TrustFolder',
  'usage-limit-then-ping-enter-switched-model': 'UsageLimited Draft',
  streaming: 'Unknown Empty',
  interrupted: 'Idle Empty Interrupted',
});
