import { dirname } from 'node:path';

/** A unit of the whole system, or one of a user that lingers. */
export type ServiceScope = 'system' | 'user';

/** Everything that the unit says about this rig. Paths are absolute. */
export type ServicePlan = {
  readonly scope: ServiceScope;
  /** Unix user of the controller and its agents. */
  readonly user: string;
  /** Path of the program `ccci`. */
  readonly program: string;
  /** Folder that relative plan paths are resolved against. */
  readonly workdir: string;
  /** PATH of the controller and so of the agents. */
  readonly path: string;
  readonly lang: string;
  readonly stateDir: string;
  readonly tmuxSocket: string | undefined;
  readonly rebootLog: string | undefined;
  readonly manifests: readonly string[];
};

/** Where systemd makes the state directory itself, below /var/lib; undefined when it is elsewhere. */
export function stateName({ scope, stateDir }: ServicePlan): string | undefined {
  return scope === 'system' && dirname(stateDir) === '/var/lib' ? stateDir.slice('/var/lib/'.length) : undefined;
}

/** The settings that are told by environment, where no configuration file of the machine can tell them. */
export function settingsEnvironment(plan: ServicePlan): readonly (readonly [string, string])[] {
  const { stateDir, tmuxSocket, rebootLog } = plan;
  return [
    ['CCCI_STATE_DIR', stateDir] as const,
    ...(tmuxSocket === undefined ? [] : [['CCCI_TMUX_SOCKET', tmuxSocket] as const]),
    ...(rebootLog === undefined ? [] : [['CCCI_REBOOT_LOG', rebootLog] as const]),
  ];
}
