import type { Metadata } from './metadata.ts';
import type { OperatorIntent } from './operator.ts';

/** An object with typed spec and status, as plan and status see it: all defaults are filled in. */
export type ApiObject<Kind extends string, Spec, Status> = {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: Metadata;
  readonly spec: Spec;
  readonly status?: Status | undefined;
  readonly operator?: OperatorIntent | undefined;
};

/** A type with some of its optional fields known to be set. */
export type With<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
