import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { binFolderOf, type AgentCli } from './agent-clis.ts';

/** What a home knows already, so that no dialog is shown at the start. Each `false` brings one dialog back. */
type Seeds = {
  /** Theme, login and security notes were gone through. */
  readonly onboarded?: boolean;
  /** The key of the environment may be used. */
  readonly keyApproved?: boolean;
  /** The folders are trusted. */
  readonly trusted?: boolean;
  /** Permissions may be bypassed. */
  readonly bypassAccepted?: boolean;
};

/** What a home is made from. */
export type HomeOptions = {
  readonly cli: AgentCli;
  /** The agent's name, which is also its author's. */
  readonly agent: string;
  /** A folder of the test; the home is made in it, so it goes when the test's folder goes. */
  readonly folder: string;
  /** The agent's model: `ScriptedModel.url`. */
  readonly modelUrl: string;
  /** Folders that are trusted, with all below them. */
  readonly trustedFolders: readonly string[];
  readonly seeds?: Seeds;
  /** Which version of the program; without it the one that the fixtures were made with. */
  readonly version?: string;
  /** What the program logs in with: a key, the token of a subscription (claude only), or nothing. None of them is real. */
  readonly credential?: 'Key' | 'Subscription' | 'None';
};

/** A home directory of an agent's own, and the whole environment that its program needs. */
export type AgentHome = { readonly folder: string; readonly environment: Readonly<Record<string, string>> };

type Seeded = Required<Omit<HomeOptions, 'seeds' | 'version'>> & {
  readonly home: string;
  readonly seeds: Required<Seeds>;
};

const KEY = 'sk-ant-api03-only-a-test-key-that-opens-nothing-0123456789';

const SEEDERS: Readonly<Record<AgentCli, (options: Seeded) => Record<string, string>>> = {
  claude: seedClaude,
  codex: seedCodex,
  opencode: seedOpencode,
  gemini: seedGemini,
};

/** Makes a home in which the program starts without a question, except for those that `seeds` leaves open. */
export function createAgentHome(options: HomeOptions): AgentHome {
  const home = join(realpathSync(options.folder), 'home', options.agent);
  const seeds = { onboarded: true, keyApproved: true, trusted: true, bypassAccepted: true, ...options.seeds };
  const own = SEEDERS[options.cli]({ credential: 'Key', ...options, home, seeds });
  write(home, '.gitconfig', `[user]\n\tname = ${options.agent}\n\temail = ${options.agent}@example.org\n`);
  const environment = {
    PATH: [
      binFolderOf(options.cli, options.version),
      dirname(process.execPath),
      '/usr/local/bin',
      '/usr/bin',
      '/bin',
    ].join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    ...own,
  };
  return { folder: home, environment };
}

function seedClaude({ home, seeds, trustedFolders, modelUrl, credential }: Seeded): Record<string, string> {
  const projects = trustedFolders.map((folder) => [folder, { hasTrustDialogAccepted: seeds.trusted }]);
  const state = {
    ...(seeds.onboarded ? { hasCompletedOnboarding: true, theme: 'dark' } : {}),
    ...(seeds.keyApproved ? { customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] } } : {}),
    projects: Object.fromEntries(projects),
  };
  write(home, '.claude.json', JSON.stringify(state));
  write(home, '.claude/settings.json', JSON.stringify({ skipDangerousModePermissionPrompt: seeds.bypassAccepted }));
  const credentials = {
    Key: { ANTHROPIC_API_KEY: KEY },
    Subscription: { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-only-a-test-token' },
    None: {},
  };
  return {
    ANTHROPIC_BASE_URL: modelUrl,
    ...credentials[credential],
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
}

function seedCodex({ home, seeds, trustedFolders, modelUrl, credential }: Seeded): Record<string, string> {
  const provider = [
    '[model_providers.scripted]',
    'name = "scripted"',
    `base_url = "${modelUrl}/v1"`,
    'wire_api = "responses"',
    'env_key = "SCRIPTED_KEY"',
    'request_max_retries = 1',
    'stream_max_retries = 1',
  ];
  const trust = trustedFolders.flatMap((folder) => [`[projects."${folder}"]`, 'trust_level = "trusted"']);
  const lines = [
    ...(seeds.onboarded
      ? ['model = "scripted"', 'model_provider = "scripted"', 'check_for_update_on_startup = false']
      : []),
    ...(seeds.onboarded ? provider : []),
    ...(seeds.trusted ? trust : []),
  ];
  write(home, '.codex/config.toml', `${lines.join('\n')}\n`);
  return { CODEX_HOME: join(home, '.codex'), ...(credential === 'None' ? {} : { SCRIPTED_KEY: KEY }) };
}

function seedOpencode({ home, modelUrl, credential }: Seeded): Record<string, string> {
  const model = { name: 'Scripted', limit: { context: 200_000, output: 8000 } };
  const config = {
    $schema: 'https://opencode.ai/config.json',
    autoupdate: false,
    share: 'disabled',
    model: 'scripted/scripted',
    small_model: 'scripted/scripted',
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        options: { baseURL: `${modelUrl}/v1`, ...(credential === 'None' ? {} : { apiKey: KEY }) },
        models: { scripted: model },
      },
    },
  };
  write(home, '.config/opencode/opencode.json', JSON.stringify(config));
  return {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  };
}

function seedGemini({ home, seeds, trustedFolders, modelUrl, credential }: Seeded): Record<string, string> {
  const settings = {
    security: {
      ...(seeds.onboarded ? { auth: { selectedType: 'gemini-api-key' } } : {}),
      folderTrust: { enabled: true },
    },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    ide: { hasSeenNudge: true, enabled: false },
  };
  write(home, '.gemini/settings.json', JSON.stringify(settings));
  const trusted = Object.fromEntries(trustedFolders.map((folder) => [folder, 'TRUST_FOLDER']));
  if (seeds.trusted) write(home, '.gemini/trustedFolders.json', JSON.stringify(trusted));
  return { GOOGLE_GEMINI_BASE_URL: modelUrl, ...(credential === 'None' ? {} : { GEMINI_API_KEY: KEY }) };
}

function write(home: string, name: string, text: string): void {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}
