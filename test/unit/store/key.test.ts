import assert from 'node:assert/strict';
import { join, sep } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidKeyError, parseStoreKey } from '#store/key.ts';

describe('parseStoreKey', () => {
  it('takes kinds and names of every object', () => {
    assert.deepEqual(parseStoreKey('VirtualMachine/cc-nix-test'), { kind: 'VirtualMachine', name: 'cc-nix-test' });
    assert.deepEqual(parseStoreKey('Phase/1c'), { kind: 'Phase', name: '1c' });
    assert.deepEqual(parseStoreKey('Delivery/a.b.c'), { kind: 'Delivery', name: 'a.b.c' });
  });

  it('lets no key out of the folder, whatever it holds', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('.', '..', '/', '../..', '\0', 'Agent', 'a', '%2e%2e', '\\'));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (parts) => {
        const key = parts.join('/');
        try {
          const { kind, name } = parseStoreKey(key);
          assert.ok(join('/state', kind, name).startsWith(`/state${sep}`));
          assert.equal(join('/state', kind, name).split(sep).length, 4);
        } catch (error) {
          assert.ok(error instanceof InvalidKeyError);
        }
      }),
    );
  });
});
