import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import type { Backend, ScreenState } from '#backends/backend.ts';

const FOLDER = new URL('../fixtures/screens/', import.meta.url);

type Captures = { readonly version: string; readonly captures: Readonly<Record<string, string>> };

/** One capture of a real CLI's screen. */
export function readScreen(cli: string, name: string): string {
  return readFileSync(new URL(`${cli}/${name}.txt`, FOLDER), 'utf8');
}

/** Every capture of one CLI with the state that it was made in. */
export function screenLabels(cli: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8')) as Record<string, Captures>;
  return manifest[cli]?.captures ?? {};
}

/** A reading in few words: state, box, cause, dialog, and what else was found. */
export function summarizeReading(reading: ScreenState): string {
  const { state, box, cause, dialog, spoofable, waitMarker, resetText } = reading;
  const extras = [
    spoofable === true ? 'spoofable' : undefined,
    waitMarker === undefined ? undefined : 'waits',
    resetText === undefined ? undefined : `resets ${resetText}`,
  ];
  return [state, box, cause, dialog, ...extras].filter((word) => word !== undefined).join(' ');
}

/** Declares one test per row, and one that no capture is without a row. */
export function testReadings(backend: Backend, readings: Readonly<Record<string, string>>): void {
  const labels = screenLabels(backend.type);
  test(`every ${backend.type} capture has a label and an expected reading`, () => {
    const files = readdirSync(new URL(backend.type, FOLDER)).map((file) => file.replace(/\.txt$/, ''));
    assert.deepEqual(Object.keys(labels).sort(), files.sort());
    assert.deepEqual(Object.keys(readings).sort(), files.sort());
  });
  for (const [name, expected] of Object.entries(readings)) {
    test(`${backend.type} reads ${name} as ${expected}, made as ${labels[name]}`, () => {
      const screen = readScreen(backend.type, name);
      const reading = backend.classify(screen, { waitMarker: 'WAITING-UNTIL:' });
      assert.equal(summarizeReading(reading), expected);
      const squeezed = screen.replaceAll(/[\s│]+/gu, '');
      assert.ok(squeezed.includes(reading.evidence.replaceAll(/\s+/gu, '')), `not on the screen: ${reading.evidence}`);
    });
  }
}
