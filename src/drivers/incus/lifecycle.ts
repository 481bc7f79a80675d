import { fieldsOf, textOf } from './answer.ts';
import type { Fields } from './answer.ts';
import { instanceOfUrl, instancesOf, isChanging, isEnded } from './operation.ts';

/** Actions that look at an instance or run something in it, and so change nothing that is observed here. */
const LOOKS = /^instance-(exec|console|file|log|metadata|backup)/;

/**
 * The instances that an event from the server concerns: names, `undefined` for "any of them", nothing when it changes
 * none. Lifecycle events tell of power changes; ended operations of creates and rebuilds, which have no event of their own.
 */
export function instancesOfEvent(text: string): readonly (string | undefined)[] {
  const event = parseFields(text);
  const metadata = fieldsOf(event.metadata);
  if (event.type === 'lifecycle') return instancesOfLifecycle(metadata);
  if (event.type !== 'operation') return [];
  return isEnded(metadata) && isChanging(textOf(metadata.description)) ? instancesOf(metadata) : [];
}

function instancesOfLifecycle(metadata: Fields): readonly (string | undefined)[] {
  const action = textOf(metadata.action);
  if (action.startsWith('project-')) return [undefined];
  if (!action.startsWith('instance-') || LOOKS.test(action)) return [];
  const oldName = textOf(fieldsOf(metadata.context).old_name);
  const names = [instanceOfUrl(textOf(metadata.source)) || textOf(metadata.name), oldName];
  return names.filter((name) => name !== '');
}

function parseFields(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    // An event only hints; one that can not be read is found by the next look.
    return {};
  }
}
