import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseHealthAddress } from '#cli/listen-address.ts';

const ROWS = [
  { reason: 'a port alone is of this machine only', text: '8902', want: { host: '127.0.0.1', port: 8902 } },
  { reason: "a host is a person's decision", text: '0.0.0.0:8902', want: { host: '0.0.0.0', port: 8902 } },
  { reason: 'IPv6 stands in brackets', text: '[::1]:8902', want: { host: '::1', port: 8902 } },
  { reason: 'nobody asks', text: undefined, want: undefined },
];

for (const { reason, text, want } of ROWS) {
  test(`the address for health ${JSON.stringify(text)} is read: ${reason}`, () => {
    assert.deepEqual(parseHealthAddress(text), want);
  });
}

for (const text of ['', 'localhost', '70000', ':8902', 'a b:1']) {
  test(`the address for health ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parseHealthAddress(text), /must be PORT or HOST:PORT/);
  });
}
