import type { Fact } from '#api/fact.ts';

/** A program that was found, and what it says about its version. */
export type ProgramView = { readonly path: string; readonly version?: string | undefined };

/** Looks for programs. */
export interface ProgramReader {
  /** Finds a program on the PATH and asks for its version with this argument; absent when it is not on the PATH. */
  find(name: string, versionArgument: string): Promise<Fact<ProgramView>>;
}
