import type { BackendType } from '#api/agent-backend.ts';

/** The version of each program whose screens and signals the fixtures were made with (test/fixtures/screens/manifest.json; a test compares). */
export const COVERED_VERSIONS: Readonly<Partial<Record<BackendType, string>>> = {
  claude: '2.1.197',
  codex: '0.169.0',
  opencode: '1.18.33',
  gemini: '0.61.0',
};
