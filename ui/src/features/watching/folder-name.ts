// Display names of folders.

/** The last component of a path, with either kind of separator. */
export function folderName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
