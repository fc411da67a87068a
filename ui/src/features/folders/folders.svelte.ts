// The folders of the account, as a depth-first list of tree nodes.
import type { Api } from '../../api/api';
import type { Folder } from '../../api/schema';

export type FolderNode = Folder & { depth: number };

export class Folders {
  private list = $state.raw<Folder[]>([]);

  constructor(private readonly api: Api) {}

  /** Each folder after its parent, siblings by name. */
  get nodes(): FolderNode[] {
    const children = new Map<string, Folder[]>();
    for (const folder of this.list) children.set(folder.parent ?? '', [...(children.get(folder.parent ?? '') ?? []), folder]);
    const names = new Intl.Collator(undefined, { numeric: true });
    const collect = (parent: string, depth: number): FolderNode[] =>
      (children.get(parent) ?? [])
        .sort((one, other) => names.compare(one.name, other.name))
        .flatMap((folder) => [{ ...folder, depth }, ...collect(folder.id, depth + 1)]);
    return collect('', 0);
  }

  find(id: string): Folder | undefined {
    return this.list.find((folder) => folder.id === id);
  }

  /** The folders that a folder can be moved into: not itself and not its descendants. */
  parentOptions(folder: Folder): FolderNode[] {
    return this.nodes.filter(({ path }) => path !== folder.path && !path.startsWith(`${folder.path}/`));
  }

  /** The number of images in a folder and its descendants. */
  imageCount(folder: Folder): number {
    const children = this.list.filter(({ path }) => path === folder.path || path.startsWith(`${folder.path}/`));
    return children.reduce((sum, { images }) => sum + images, 0);
  }

  async read(): Promise<void> {
    this.list = await this.api.folders();
  }

  async add(parent: Folder | null, name: string): Promise<Folder> {
    // A slash in the name would create two folders.
    const path = [...(parent ? [parent.path] : []), name.trim().replaceAll('/', '-')].join('/');
    const folder = await this.api.addFolder(path);
    await this.read();
    return folder;
  }

  async rename(folder: Folder, name: string): Promise<void> {
    await this.api.editFolder(folder.id, { name: name.trim() });
    await this.read();
  }

  async move(folder: Folder, parent: string | null): Promise<void> {
    await this.api.editFolder(folder.id, { parent });
    await this.read();
  }

  async remove(folder: Folder): Promise<void> {
    await this.api.deleteFolder(folder.id);
    await this.read();
  }
}
