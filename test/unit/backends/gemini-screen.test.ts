import { gemini } from '#backends/gemini.ts';

import { testReadings } from '../../support/screens.ts';

testReadings(gemini, {
  'auth-dialog': 'AuthRequired None Login',
  busy: 'Busy Empty',
  'busy-without-frame': 'Busy Empty',
  'draft-without-frame': 'Idle Draft Interrupted',
  'error-400key': 'AuthRequired Empty',
  'error-401': 'AuthRequired Empty',
  'error-quota': 'UsageLimited None UsageLimitOptions',
  exit: 'Exited None',
  'first-run': 'AwaitingInput None TrustFolder',
  idle: 'Idle Empty waits',
  'permission-prompt': 'AwaitingInput None Permission',
  resumed: 'AuthRequired Empty',
  'idle-without-frame': 'Idle Empty waits',
});
