import { renderMachineConfig } from './render-machine-config.ts';
import { OWN_MARK } from './render-unit.ts';
import { settingsEnvironment, stateName, type ServicePlan } from './service-plan.ts';

/** A NixOS module that declares the same service as the unit of `install` does, for a host whose files in /etc are made from its configuration. */
export function renderNixModule(plan: ServicePlan): string {
  const { user, program, workdir, manifests, path, lang } = plan;
  const words = [program, 'run', ...manifests.flatMap((folder) => ['--manifests', folder])];
  const name = stateName(plan);
  const environment = [['LANG', lang] as const, ...settingsEnvironment(plan)];
  const config = renderMachineConfig(plan).replace(`${OWN_MARK}\n`, '');
  return `{ lib, utils, ... }:
{
  environment.etc."ccci/config.yaml".text = ${nixText(config)};
  systemd.services.ccci = {
    description = "ccci, the controller of a crew of agents";
    wants = [ "network-online.target" ];
    after = [ "network-online.target" "time-sync.target" ];
    wantedBy = [ "multi-user.target" ];
    startLimitIntervalSec = 600;
    startLimitBurst = 10;
    environment = {
      PATH = lib.mkForce ${nixText(path)};
${environment.map(([key, value]) => `      ${key} = ${nixText(value)};`).join('\n')}
    };
    serviceConfig = {
      Type = "notify";
      NotifyAccess = "all";
      User = ${nixText(user)};
      WorkingDirectory = ${nixText(workdir)};
${name === undefined ? '' : `      StateDirectory = ${nixText(name)};\n      StateDirectoryMode = "0700";\n`}      ExecStart = utils.escapeSystemdExecArgs [ ${words.map(nixText).join(' ')} ];
      Restart = "always";
      RestartSec = "2s";
      TimeoutStartSec = "2min";
      WatchdogSec = "1min";
      KillMode = "process";
      TimeoutStopSec = "15s";
      OOMPolicy = "continue";
      TasksMax = 16384;
      PrivateTmp = false;
      CapabilityBoundingSet = "~CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_TIME CAP_MAC_ADMIN CAP_MAC_OVERRIDE CAP_AUDIT_CONTROL";
    };
  };
}
`;
}

function nixText(text: string): string {
  const safe = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('${', '\\${').replaceAll('\n', '\\n');
  return `"${safe}"`;
}
