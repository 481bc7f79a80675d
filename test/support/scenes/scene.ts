import type { HomeOptions } from '../agent-home.ts';
import type { ScriptedModel } from '../model-endpoint/model-endpoint.ts';
import type { ModelScript } from '../model-endpoint/model-reply.ts';

/** The running program, as a scene plays with it. */
export type Stage = {
  readonly model: ScriptedModel;
  /** What the pane shows now. */
  screen(): Promise<string>;
  /** Waits until the pane shows this, and answers the screen. */
  until(shows: RegExp): Promise<string>;
  /** Presses keys by their tmux names, one call each. */
  keys(...keys: readonly string[]): Promise<void>;
  /** Pastes a text, which is not submitted. */
  paste(text: string): Promise<void>;
  /** The process in the pane. */
  pid(): Promise<number>;
};

/** One state that a real program can be brought into, and what its screen has to be read as there. */
export type Scene = {
  /** Name of the capture. */
  readonly name: string;
  /** The state in words of a person, for the manifest of the captures. */
  readonly label: string;
  /** What the backend has to read: state, box, cause, dialog and what else there is. */
  readonly reading: string;
  /** What the state has to be called when the program's own signals are heard, too: name, cause, dialog. Default: the reading's. */
  readonly concludes?: string;
  /** What the screen shows when the state is reached. */
  readonly shows: RegExp;
  readonly seeds?: HomeOptions['seeds'];
  readonly credential?: HomeOptions['credential'];
  readonly permissions?: 'Bypass' | 'Ask';
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly script?: ModelScript;
  /** Brings the program from its start into the state. */
  play?(stage: Stage): Promise<void>;
};
