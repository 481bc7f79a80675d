/** The path of a plan file: a relative one starts at the workspace. */
export function workspacePath(workspace: string, path: string): string {
  return path.startsWith('/') ? path : `${workspace}/${path}`;
}
