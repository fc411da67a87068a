// The window as a person meets it: the keyboard, the buttons, and what stands in a row.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from './app.svelte';
import { Visit } from './visit.svelte';
import { Route } from './router.svelte';
import Shell from './Shell.svelte';
import { FakeHost, pictureRow, READY } from './host/fake';
import type { Row } from './host/host';

// jsdom draws no dialogs.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

let close = () => {};
afterEach(() => close());

async function open(kept: Row[] = []) {
  const host = new FakeHost(READY, kept);
  const app = new App(host);
  const view = mount(Shell, { target: document.body, props: { host, app, route: new Route(window), visit: new Visit(host, app.notices) } });
  close = () => void unmount(view);
  await app.start();
  flushSync();
  host.asked.length = 0;
  return { host, app };
}

function press(key: string, more: KeyboardEventInit = {}) {
  (document.activeElement ?? window).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}

const one = (selector: string) => document.querySelector<HTMLElement>(selector);
const named = (name: string) => one(`button[aria-label="${name}"]`);

test('an empty window offers to drop, to paste and to choose', async () => {
  const { host } = await open();
  expect(one('[data-empty]')?.textContent).toContain('Drop a picture here');
  one('[data-action="paste"]')?.click();
  one('[data-action="choose"]')?.click();
  expect(host.asked).toEqual([['paste'], ['chooseFiles']]);
});

test('Ctrl+V uploads the clipboard and Ctrl+O chooses files, wherever the focus is', async () => {
  const { host } = await open([pictureRow(1)]);
  press('v', { ctrlKey: true });
  press('o', { ctrlKey: true });
  expect(host.asked).toEqual([['paste'], ['chooseFiles']]);
});

test('every link of a finished row has its own copy button', async () => {
  const { host } = await open([pictureRow(7)]);
  named('Copy original link')?.click();
  named('Copy 400 px link')?.click();
  named('Copy original and sizes')?.click();
  expect(host.asked).toEqual([
    ['copy', 7, 'original'],
    ['copy', 7, '400'],
    ['copy', 7, 'all'],
  ]);
});

test('the arrow keys walk the rows, and the row in focus obeys Ctrl+C, R and Del', async () => {
  const failed = { is: 'failed', code: 'x', fields: {}, message: 'It failed.', retry: true } as const;
  const { host } = await open([pictureRow(1), pictureRow(2, { state: failed, deletable: false }), pictureRow(3)]);
  one('[data-row="3"]')?.focus();
  press('c', { ctrlKey: true });
  press('ArrowDown');
  await tick();
  expect(document.activeElement).toBe(one('[data-row="2"]'));
  press('r');
  press('Delete');
  expect(host.asked).toEqual([
    ['copy', 3, 'all'],
    ['retry', 2],
    ['forget', 2],
  ]);
});

test('Del takes a picture off its server, says how long that can be undone, and Ctrl+Z undoes it', async () => {
  const { host } = await open([pictureRow(1)]);
  one('[data-row="1"]')?.focus();
  press('Delete');
  expect(host.asked).toEqual([['delete', 1]]);
  host.tell('rows', [pictureRow(1, { deletedAt: new Date(Date.now() + 9_500).toISOString() })]);
  flushSync();
  expect(one('[data-row="1"] [data-words]')?.textContent).toBe('Deleting from the server in 10 seconds');
  press('z', { ctrlKey: true });
  expect(host.asked.at(-1)).toEqual(['undoDelete', 1]);
});

test('Enter opens a row in full: every link is there to copy, in every way to write it', async () => {
  const { host } = await open([pictureRow(7, { metadata: 'removed' })]);
  one('[data-row="7"]')?.focus();
  press('Enter');
  flushSync();
  const sheet = one('[data-dialog="row"]');
  expect(sheet?.textContent).toContain('Location and camera data removed');
  expect(sheet?.querySelector('[data-link="400"] .url')?.textContent).toBe('http://127.0.0.1:4870/picture7/400');
  sheet?.querySelector<HTMLElement>('[data-link="400"] button')?.click();
  sheet?.querySelector<HTMLElement>('[data-copy-as="markdown"]')?.click();
  sheet?.querySelector<HTMLElement>('[data-action="delete"]')?.click();
  expect(host.asked).toEqual([
    ['copy', 7, '400'],
    ['copy', 7, 'all', 'markdown'],
    ['delete', 7],
  ]);
  press(' ');
  flushSync();
  expect(one('[data-dialog="row"]')).toBeNull();
});

test('what is written of a picture is kept before its link is copied, and when the sheet is closed over it', async () => {
  const { host } = await open([pictureRow(7, { alt: 'A cat' })]);
  const write = (text: string) => {
    one('[data-row="7"]')?.focus();
    press('Enter');
    flushSync();
    const field = one('[data-field="alt"]') as HTMLTextAreaElement;
    expect(field.value).toBe('A cat');
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    return field;
  };
  write('A cat, asleep').dispatchEvent(new Event('change', { bubbles: true }));
  one('[data-copy-as="markdown"]')?.click();
  await tick();
  await tick();
  one('[data-dialog="row"] header button')?.click();
  flushSync();
  expect(host.asked).toEqual([
    ['setAlt', 7, 'A cat, asleep'],
    ['copy', 7, 'all', 'markdown'],
  ]);
  write('Two cats');
  one('[data-dialog="row"] header button')?.click();
  flushSync();
  expect(host.asked.at(-1)).toEqual(['setAlt', 7, 'Two cats']);
});

test('/ goes to the search, which shows the pictures of that name and says if there are none', async () => {
  await open([pictureRow(1, { name: 'Kitten.gif' }), pictureRow(2)]);
  press('/');
  const field = document.activeElement as HTMLInputElement;
  expect(field.type).toBe('search');
  const seek = (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
  };
  seek('kitten');
  expect([...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-name'))).toEqual(['Kitten.gif']);
  seek('dog');
  expect(one('[data-no-match]')?.textContent).toContain('No pictures match “dog”.');
  press('Escape');
  flushSync();
  expect(document.querySelectorAll('[data-row]')).toHaveLength(2);
});

test('a number chooses the format, and F6 goes from one part of the window to the next', async () => {
  const { host } = await open([pictureRow(1)]);
  press('2');
  expect(host.asked).toEqual([['setCopy', { what: 'all', size: 800, how: 'markdown' }]]);
  one('[data-row="1"]')?.focus();
  press('F6');
  expect(document.activeElement?.closest('footer')).not.toBeNull();
  press('F6', { shiftKey: true });
  expect(document.activeElement).toBe(one('[data-row="1"]'));
});

test('Tab stops at one row only, and the arrows reach the buttons in it', async () => {
  await open([pictureRow(1), pictureRow(2)]);
  expect(document.querySelectorAll('li[tabindex="0"]')).toHaveLength(1);
  one('[data-row="2"]')?.focus();
  press('ArrowRight');
  expect(document.activeElement).toBe(named('Copy original link'));
  press('ArrowLeft');
  expect(document.activeElement).toBe(one('[data-row="2"]'));
});

test('a row that is being sent shows how far it is', async () => {
  const { host } = await open([pictureRow(4, { state: { is: 'queued' } })]);
  host.tell('progress', { id: 4, sent: 1, total: 4 });
  flushSync();
  expect(one('[data-row="4"] [role="progressbar"]')?.getAttribute('aria-valuenow')).toBe('25');
  expect(one('[data-row="4"] [data-words]')?.textContent).toBe('Uploading 25%');
});

test('the whole window answers a drag in words, until it leaves', async () => {
  const { host } = await open();
  host.tell('drag', { over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 });
  flushSync();
  expect(one('[data-veil] .here')?.textContent).toContain('Drop to upload 3 pictures to This computer');
  expect([...document.querySelectorAll('[data-lane]')].map((lane) => lane.textContent?.trim()).slice(1)).toEqual([
    'Upload and copy only the original link',
    'Upload to Office',
  ]);
  host.tell('drag', { over: false, count: 0, lanes: [], lane: 0 });
  flushSync();
  expect(one('[data-veil]')).toBeNull();
});

test('a batch is announced to screen readers', async () => {
  const { host } = await open();
  host.tell('notice', { code: 'copied', fields: { pictures: 2, links: 6, how: 'url' } });
  flushSync();
  expect(one('[data-spoken]')?.textContent).toBe('Links of 2 pictures copied · URL');
});

test('the window says who can open the links, where the server is, and what is missing', async () => {
  const { host } = await open();
  expect(one('[data-reach]')?.textContent).toBe('Only this computer can open these links.');
  expect(one('[data-server="running"]')?.textContent).toContain('Running at 127.0.0.1:4870');
  host.tell('state', { ...READY, keychain: 'missing', server: { is: 'failed', message: 'The disk is full.' } });
  flushSync();
  expect(one('[data-note="keychain"]')?.textContent).toContain("No keychain found, so Vitrine creates a new key each time it starts. Pictures and links aren't affected.");
  expect(one('[data-note="server"]')?.textContent).toContain('The disk is full.');
});

test('a choice of format goes to the host', async () => {
  const { host } = await open();
  one('[data-switch="how"] input[value="markdown"]')?.click();
  expect(host.asked).toEqual([['setCopy', { what: 'all', size: 800, how: 'markdown' }]]);
});
