import type { BackendType } from '#api/agent-backend.ts';

import type { Backend } from './backend.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { command } from './command.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';

/** All backends by type. */
export const BACKENDS: Readonly<Record<BackendType, Backend>> = { claude, codex, opencode, gemini, command };

/** The backend of a type that the schema has accepted. */
export function backendOf(type: BackendType): Backend {
  return BACKENDS[type];
}
