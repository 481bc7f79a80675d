import { fit, seconds, type Paint } from './paint.ts';
import type { Summary } from './summary.ts';

/** The summary for a person, in lines that fit 80 columns. */
export function renderSummary(summary: Summary, paint: Paint): string {
  const words = summary.ok ? paint.good('everything converged') : paint.bad('not everything came as promised');
  return [
    '',
    `${paint.strong('ccci demo')}: ${words}, ${seconds(summary.tookMs)} in all`,
    '',
    paint.strong(`${fit('Phase', 36)}${fit('took', 10)}${fit('claims', 8)}verdicts`),
    ...summary.phases.map(({ id, title, openedAtMs = NaN, doneAtMs = NaN, claims, verdicts }) => {
      const took = Number.isNaN(doneAtMs - openedAtMs) ? 'not done' : seconds(doneAtMs - openedAtMs);
      return `${fit(`${id}  ${title}`, 36)}${fit(took, 10)}${fit(String(claims), 8)}${verdicts.join(', ')}`;
    }),
    '',
    paint.strong(`${fit('Hand-off', 52)}pushed -> read`),
    ...summary.handoffs.map(({ subject, to, how, latencyMs }) => {
      const when = latencyMs === undefined ? 'never' : `${latencyMs.toFixed(0)} ms`;
      const where = how === 'Lost' ? '' : `by the ${to}${how === 'StartPrompt' ? ' in its start prompt' : ''}`;
      return `${fit(subject, 51)} ${when} ${where}`.slice(0, 110);
    }),
    '',
    paint.strong('Restarts'),
    ...summary.restarts.map(({ agent, reason, message, onPurpose, backAfterMs }) => {
      const back = backAfterMs === undefined ? '' : `, back after ${seconds(backAfterMs)}`;
      const words = onPurpose === undefined ? message : `${onPurpose.toLowerCase()} on purpose${back}: ${message}`;
      return `${fit(agent, 11)}${fit(reason, 17)}${words}`;
    }),
    '',
    ...summary.checks.map(({ promise, kept }) => `${kept ? paint.good('yes') : paint.bad('NO ')}  ${promise}`),
    '',
  ].join('\n');
}
