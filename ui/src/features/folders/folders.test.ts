import { expect, test } from 'vitest';
import { Api } from '../../api/api';
import type { Folder } from '../../api/schema';
import { FakeHost } from '../../host/fake';
import { Folders } from './folders.svelte';

const folder = (id: string, path: string, parent: string | null = null): Folder => ({
  id,
  name: path.split('/').at(-1) ?? '',
  path,
  parent,
  images: 0,
  createdAt: '2026-11-22T09:05:00Z',
});

async function setUp() {
  const host = new FakeHost();
  host.server.set('GET /api/dashboard/folders', [folder('1', 'b'), folder('2', 'b/z', '1'), folder('3', 'b/a10', '1'), folder('4', 'b/a9', '1'), folder('5', 'a')]);
  const folders = new Folders(new Api(host));
  await folders.read();
  return { host, folders };
}

test('folders are listed as a tree, siblings by name', async () => {
  const { folders } = await setUp();
  expect(folders.nodes.map(({ path, depth }) => [path, depth])).toEqual([
    ['a', 0],
    ['b', 0],
    ['b/a9', 1],
    ['b/a10', 1],
    ['b/z', 1],
  ]);
});

test('a folder cannot be moved into itself or its descendants', async () => {
  const { folders } = await setUp();
  expect(folders.parentOptions(folders.find('1')!).map(({ path }) => path)).toEqual(['a']);
});

test('the image count includes subfolders', async () => {
  const { host, folders } = await setUp();
  host.server.set('GET /api/dashboard/folders', [{ ...folder('1', 'b'), images: 2 }, { ...folder('2', 'b/z', '1'), images: 3 }, { ...folder('3', 'bc'), images: 9 }]);
  await folders.read();
  expect(folders.imageCount(folders.find('1')!)).toBe(5);
});

test('a new folder is created in its parent, and a slash in its name does not create a second one', async () => {
  const { host, folders } = await setUp();
  host.server.set('POST /api/dashboard/folders', folder('6', 'b/x-y', '1'));
  await folders.add(folders.find('1')!, ' x/y ');
  expect(host.calls).toContainEqual(['fetch', 'POST /api/dashboard/folders', { path: 'b/x-y' }]);
});
