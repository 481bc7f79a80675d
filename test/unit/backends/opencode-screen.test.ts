import { opencode } from '#backends/opencode.ts';

import { testReadings } from '../../support/screens.ts';

testReadings(opencode, {
  'busy-tool': 'Busy Empty',
  'error-401': 'Idle Empty TurnFailed',
  'error-429': 'Busy Empty',
  'error-500': 'Busy Empty',
  'error-context': 'Busy Empty',
  exit: 'Exited None',
  'first-run': 'Idle Empty Fresh',
  idle: 'Idle Empty waits',
  'permission-prompt': 'AwaitingInput None Permission',
  'resumed-auto': 'Idle Empty Interrupted',
  'retrying-usage-limit': 'UsageLimited Empty resets 1h 59m',
  'idle-wide': 'Idle Empty waits',
  'draft-wide': 'Idle Draft waits',
  'busy-wide': 'Busy Empty',
  'permission-wide': 'AwaitingInput None Permission',
  'interrupted-wide': 'Idle Empty Interrupted',
});
