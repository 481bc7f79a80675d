{ lib, utils, ... }:
{
  environment.etc."ccci/config.yaml".text = "stateDir: \"/var/lib/ccci\"\nrebootLog: \"/srv/crew/REBOOTS.md\"\nuser: \"ana\"\n";
  systemd.services.ccci = {
    description = "ccci, the controller of a crew of agents";
    wants = [ "network-online.target" ];
    after = [ "network-online.target" "time-sync.target" ];
    wantedBy = [ "multi-user.target" ];
    startLimitIntervalSec = 600;
    startLimitBurst = 10;
    environment = {
      PATH = lib.mkForce "/usr/local/bin:/usr/bin:/bin";
      LANG = "C.UTF-8";
      CCCI_STATE_DIR = "/var/lib/ccci";
      CCCI_REBOOT_LOG = "/srv/crew/REBOOTS.md";
    };
    serviceConfig = {
      Type = "notify";
      NotifyAccess = "all";
      User = "ana";
      WorkingDirectory = "/srv";
      StateDirectory = "ccci";
      StateDirectoryMode = "0700";
      ExecStart = utils.escapeSystemdExecArgs [ "/usr/bin/env" "run" "--manifests" "/srv/crew/manifests" ];
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
