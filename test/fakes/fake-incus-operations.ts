import type { Clock } from '#drivers/clock/clock.ts';
import { refusalReason } from '#drivers/incus/failure.ts';
import type { OperationView } from '#drivers/incus/incus.ts';
import { FAKE_INCUS_MS } from './fake-incus-guest.ts';

/** One piece of work of the fake daemon on one instance. */
export type FakeOperation = {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly cancel: () => void;
  view: OperationView;
};

/** What an operation does: after `afterMs` it ends as `end` says, with an error or well. */
export type FakeWork = {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly afterMs: number;
  readonly end: () => string | undefined;
};

/** The operations of the fake daemon: each ends by the clock, and is forgotten some seconds later. */
export class FakeIncusOperations {
  readonly #clock: Clock;
  readonly #onEnd: (operation: FakeOperation) => void;
  readonly #all = new Map<string, FakeOperation>();
  #count = 0;

  constructor(clock: Clock, onEnd: (operation: FakeOperation) => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  begin({ project, name, description, afterMs, end }: FakeWork): string {
    this.#count += 1;
    const id = `operation-${this.#count}`;
    const cancel = this.#clock.after(afterMs, () => {
      const error = end();
      this.end(
        operation,
        error === undefined ? { status: 'Success' } : { status: 'Failure', error, reason: refusalReason(0, error) },
      );
    });
    const operation: FakeOperation = { id, project, name, description, cancel, view: { status: 'Running' } };
    this.#all.set(id, operation);
    return id;
  }

  end(operation: FakeOperation, view: OperationView): void {
    operation.cancel();
    operation.view = view;
    this.#clock.after(FAKE_INCUS_MS.forget, () => this.#all.delete(operation.id));
    this.#onEnd(operation);
  }

  find(id: string): OperationView | undefined {
    return this.#all.get(id)?.view;
  }

  runningOn(project: string, name: string): FakeOperation[] {
    return [...this.#all.values()].filter(
      (each) => each.project === project && each.name === name && each.view.status === 'Running',
    );
  }

  /** The daemon died: everything under way is lost. Answers what was. */
  loseAll(): FakeOperation[] {
    const running = [...this.#all.values()].filter(({ view }) => view.status === 'Running');
    for (const operation of this.#all.values()) operation.cancel();
    this.#all.clear();
    return running;
  }
}
