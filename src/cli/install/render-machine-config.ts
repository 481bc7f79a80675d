import { OWN_MARK } from './render-unit.ts';
import type { ServicePlan } from './service-plan.ts';

/** The machine's configuration: it makes every shell and the service use one state directory. JSON texts are YAML, too. */
export function renderMachineConfig({ stateDir, tmuxSocket, rebootLog, user }: ServicePlan): string {
  const fields = { stateDir, tmuxSocket, rebootLog, user };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
  );
  return `${[OWN_MARK, ...lines].join('\n')}\n`;
}
