import type { AgentState } from './agent-state.ts';
import type { ScreenState } from './screen-state.ts';

/** What the screen alone says about an agent. */
export function stateOfScreen(screen: ScreenState): AgentState {
  const { state, ...rest } = screen;
  return { ...rest, state: state === 'Fatal' ? 'Exited' : state, source: 'Screen', hasSignals: false };
}
