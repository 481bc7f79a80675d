import { dirname } from 'node:path';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import type { FileWatcher, Files } from '#drivers/files/files.ts';

type FakeFile = { readonly text: string; readonly mode: number };

/** Files and folders in memory, with absolute paths. `failure` makes every reading unknown and every writing throw. */
export class FakeFiles implements Files {
  failure: string | undefined;
  readonly #files = new Map<string, FakeFile>();
  readonly #folders = new Set<string>(['/']);
  readonly #watchers = new Set<(path: string) => void>();

  async readText(path: string, maxBytes: number): Promise<Fact<string>> {
    if (this.failure !== undefined) return unknown('FileUnreadable', this.failure);
    const file = this.#files.get(path);
    if (file !== undefined && Buffer.byteLength(file.text) > maxBytes) {
      return unknown('FileTooLarge', `file "${path}" is larger than ${maxBytes} bytes`);
    }
    if (file !== undefined) return known(file.text);
    return this.#folders.has(path) ? unknown('FileUnreadable', `file "${path}" is not a regular file`) : ABSENT;
  }

  async folder(path: string): Promise<Fact<{ empty: boolean }>> {
    if (this.failure !== undefined) return unknown('FileUnreadable', this.failure);
    if (this.#folders.has(path)) return known({ empty: this.#namesIn(path).length === 0 });
    return this.#files.has(path) ? unknown('FileUnreadable', `"${path}" is not a folder`) : ABSENT;
  }

  async write(path: string, text: string, mode: number): Promise<void> {
    this.#check('write', path);
    if (this.#folders.has(path)) throw new Error(`could not write file "${path}": it is a folder`);
    this.#addFolder(dirname(path));
    this.#files.set(path, { text, mode });
    this.#tell(path);
  }

  async remove(path: string): Promise<void> {
    this.#check('remove', path);
    const below = (each: string): boolean => each === path || each.startsWith(`${path}/`);
    for (const each of [...this.#files.keys()].filter(below)) this.#files.delete(each);
    for (const each of [...this.#folders].filter(below)) this.#folders.delete(each);
    this.#tell(path);
  }

  async makeFolder(path: string): Promise<void> {
    this.#check('make', path);
    this.#addFolder(path);
    this.#tell(path);
  }

  async list(path: string): Promise<readonly string[]> {
    this.#check('list', path);
    return this.#namesIn(path);
  }

  /** The permission bits of a file; undefined when it is not there. */
  modeOf(path: string): number | undefined {
    return this.#files.get(path)?.mode;
  }

  /** A watcher of these files, which tells at once. */
  watcher(onChange: (path: string) => void): FileWatcher {
    let paths: readonly string[] = [];
    const changed = (at: string): void => {
      const concerned = paths.filter((path) => at === path || at.startsWith(`${path}/`) || path.startsWith(`${at}/`));
      concerned.forEach((path) => onChange(path));
    };
    this.#watchers.add(changed);
    return {
      set: (next) => void (paths = [...next]),
      close: () => void this.#watchers.delete(changed),
    };
  }

  #namesIn(path: string): readonly string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = [...this.#files.keys(), ...this.#folders].filter((each) => each.startsWith(prefix) && each !== path);
    return [...new Set(below.map((each) => each.slice(prefix.length).split('/')[0] ?? ''))].filter(Boolean).sort();
  }

  #addFolder(path: string): void {
    if (this.#files.has(path)) throw new Error(`could not make folder "${path}": it is a file`);
    if (path !== dirname(path)) this.#addFolder(dirname(path));
    this.#folders.add(path);
  }

  #check(what: string, path: string): void {
    if (this.failure !== undefined) throw new Error(`could not ${what} "${path}": ${this.failure}`);
  }

  #tell(path: string): void {
    this.#watchers.forEach((changed) => changed(path));
  }
}
