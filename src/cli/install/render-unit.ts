import { settingsEnvironment, stateName, type ServicePlan } from './service-plan.ts';

/** First line of every file that `install` writes: `uninstall` takes away only what begins with it. */
export const OWN_MARK = '# Written by "ccci install"; "ccci uninstall" takes it away.';

/** Says in the unit that lingering was switched on with it. */
export const LINGER_MARK = '# Lingering was switched on with it.';

/** How the unit is to be marked. */
export type UnitMarks = { readonly lingers: boolean };

/** The systemd unit of the controller. The same plan gives the same text. */
export function renderUnit(plan: ServicePlan, { lingers }: UnitMarks = { lingers: false }): string {
  return [
    [OWN_MARK, ...(lingers ? [LINGER_MARK] : [])],
    unitSection(plan),
    ['[Service]', ...start(plan), ...watch(), ...ending(), ...limits(plan)],
    ['[Install]', `WantedBy=${plan.scope === 'system' ? 'multi-user.target' : 'default.target'}`],
  ]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function unitSection({ scope }: ServicePlan): readonly string[] {
  // A unit of a user can not wait for units of the system.
  const network = ['Wants=network-online.target', 'After=network-online.target time-sync.target'];
  return [
    '[Unit]',
    'Description=ccci, the controller of a crew of agents',
    ...(scope === 'system' ? network : []),
    '# Ten starts in ten minutes, then it stays down and the host says so.',
    'StartLimitIntervalSec=10min',
    'StartLimitBurst=10',
  ];
}

function start(plan: ServicePlan): readonly string[] {
  const { scope, user, program, workdir, manifests, path, lang } = plan;
  const name = stateName(plan);
  const environment = [['PATH', path] as const, ['LANG', lang] as const, ...settingsEnvironment(plan)];
  const words = [program, 'run', ...manifests.flatMap((folder) => ['--manifests', folder])];
  return [
    'Type=notify',
    '# Notices are carried by systemd-notify, a child of the controller.',
    'NotifyAccess=all',
    ...(scope === 'system' ? [`User=${escaped(user)}`] : []),
    `WorkingDirectory=${escaped(workdir)}`,
    ...environment.map(([key, value]) => `Environment=${quoted(`${key}=${value}`)}`),
    ...(name === undefined ? [] : [`StateDirectory=${escaped(name)}`, 'StateDirectoryMode=0700']),
    `ExecStart=${words.map((word) => quoted(word).replaceAll('$', '$$$$')).join(' ')}`,
    'Restart=always',
    'RestartSec=2s',
  ];
}

function watch(): readonly string[] {
  return ['TimeoutStartSec=2min', 'WatchdogSec=1min'];
}

function ending(): readonly string[] {
  return [
    '# Only the controller is ended by a stop or a restart: tmux and the agents stay, and are found again.',
    'KillMode=process',
    'TimeoutStopSec=15s',
    '# An agent that the kernel ends for its memory is restarted by the controller, not together with it.',
    'OOMPolicy=continue',
  ];
}

// What is limited here is limited for the agents, too: they start from this unit. Whatever implies NoNewPrivileges
// would take sudo, ping and rootless containers from them.
function limits({ scope }: ServicePlan): readonly string[] {
  const common = ['TasksMax=16384', '# The socket of tmux stays where people find it.', 'PrivateTmp=no'];
  if (scope === 'user') return common;
  return [
    ...common,
    '# What no agent needs, not even one with sudo: kernel modules, raw hardware, the clock, mandatory access rules.',
    'CapabilityBoundingSet=~CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_TIME CAP_MAC_ADMIN CAP_MAC_OVERRIDE CAP_AUDIT_CONTROL',
  ];
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

// systemd.syntax(7): double quotes, with C-like escapes in them.
function quoted(text: string): string {
  const safe = escaped(text);
  return /^[\w@%+=:,./$-]+$/.test(safe) ? safe : `"${safe.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
