// Reads the files and folders of a drop event.

/** A file and the path of the folder it came in; empty if it was dropped directly. */
export type DroppedFile = { file: File; folderPath: string };

/** All dropped files. From folders only image files are taken, not thumbnail caches or notes. */
export async function readDroppedFiles(data: DataTransfer): Promise<DroppedFile[]> {
  // The items are only readable during the event, so this runs before anything is awaited.
  const reads = [...data.items].filter(({ kind }) => kind === 'file').map(readItem);
  return (await Promise.all(reads)).flat();
}

function readItem(item: DataTransferItem): Promise<DroppedFile[]> {
  const entry = item.webkitGetAsEntry();
  const file = item.getAsFile();
  if (entry && isFolder(entry)) return readFolder(entry, entry.name);
  return Promise.resolve(file ? [{ file, folderPath: '' }] : []);
}

async function readFolder(folder: FileSystemDirectoryEntry, path: string): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  for (const entry of await readEntries(folder)) {
    if (isFolder(entry)) {
      files.push(...(await readFolder(entry, `${path}/${entry.name}`)));
    } else {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      if (file.type.startsWith('image/')) files.push({ file, folderPath: path });
    }
  }
  return files;
}

/** Browsers return at most 100 entries per call. */
async function readEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all.sort((one, other) => one.name.localeCompare(other.name));
    all.push(...batch);
  }
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
