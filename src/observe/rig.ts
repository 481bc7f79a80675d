/** What every stage knows about the rig it works for. Fixed for the life of the process. */
export type Rig = {
  /** Identity that live things are marked with: derived from the state directory's path, so that losing its content loses no agent. */
  readonly id: string;
  readonly stateDir: string;
  /** Markdown log of reboots; undefined for REBOOTS.md in the state directory. */
  readonly rebootLog?: string | undefined;
  /** Folder that relative plan paths are resolved against. */
  readonly workspace: string;
  /** Allow-listed environment that agents start with (PATH, HOME, LANG, ...). */
  readonly environment: Readonly<Record<string, string>>;
  /** Time zone of this machine by its IANA name, for agents whose environment names none; absent is UTC. */
  readonly timeZone?: string;
  /** True when agents run as root: some CLIs refuse or need to be told. */
  readonly asRoot: boolean;
};
