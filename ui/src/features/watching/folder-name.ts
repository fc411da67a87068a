// Folders by the names that people know them by.

/** The last part of a path, whichever system wrote it. */
export function folderName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
