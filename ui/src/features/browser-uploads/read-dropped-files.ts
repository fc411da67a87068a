// What was dropped on the page: files, and folders with what lies in them.

/** A file, and the path of the folder that it came in; empty where it was dropped alone. */
export type Dropped = { file: File; within: string };

/**
 * All files that were dropped. Of a folder those that are pictures by their name: what else lies in it (thumbnail
 * caches, notes) was not meant.
 */
export async function dropped(data: DataTransfer): Promise<Dropped[]> {
  // The items are gone once the event is over, so they are looked at before anything is waited for.
  const looks = [...data.items].filter(({ kind }) => kind === 'file').map(look);
  return (await Promise.all(looks)).flat();
}

function look(item: DataTransferItem): Promise<Dropped[]> {
  const entry = item.webkitGetAsEntry();
  const file = item.getAsFile();
  if (entry && isFolder(entry)) return within(entry, entry.name);
  return Promise.resolve(file ? [{ file, within: '' }] : []);
}

async function within(folder: FileSystemDirectoryEntry, path: string): Promise<Dropped[]> {
  const found: Dropped[] = [];
  for (const entry of await entriesOf(folder)) {
    if (isFolder(entry)) {
      found.push(...(await within(entry, `${path}/${entry.name}`)));
    } else {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      if (file.type.startsWith('image/')) found.push({ file, within: path });
    }
  }
  return found;
}

/** A browser gives them by the hundred. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all.sort((one, other) => one.name.localeCompare(other.name));
    all.push(...some);
  }
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
